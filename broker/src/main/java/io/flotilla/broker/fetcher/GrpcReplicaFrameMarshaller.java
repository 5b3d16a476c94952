package io.flotilla.broker.fetcher;

import com.google.protobuf.InvalidProtocolBufferException;
import io.flotilla.model.wire.IncomingMarshaller;
import io.flotilla.model.wire.MessageBytes;
import io.flotilla.model.wire.SplitMessage;
import io.flotilla.proto.internal.v1.FetchReplicaResponse;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** Reads leaders' answers with one copy and without parsing a batch. Safe for any thread. */
final class GrpcReplicaFrameMarshaller extends IncomingMarshaller<GrpcReplicaFrame> {
    @Override
    public GrpcReplicaFrame parse(InputStream stream) {
        byte[] message = MessageBytes.taken(stream);
        try {
            SplitMessage split = SplitMessage.ofStored(message);
            return new GrpcReplicaFrame(FetchReplicaResponse.parseFrom(split.fields()), split.batches(), "");
        } catch (InvalidProtocolBufferException e) {
            return new GrpcReplicaFrame(
                    FetchReplicaResponse.getDefaultInstance(),
                    ByteBuffer.allocate(0),
                    "the message is no FetchReplicaResponse: " + e.getMessage());
        }
    }
}
