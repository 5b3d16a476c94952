package io.flotilla.broker.rpc;

import com.google.protobuf.InvalidProtocolBufferException;
import io.flotilla.model.wire.IncomingMarshaller;
import io.flotilla.model.wire.MessageBytes;
import io.flotilla.model.wire.SplitMessage;
import io.flotilla.proto.v1.ProduceRequest;
import java.io.InputStream;

/**
 * Reads produce requests with one copy and without parsing a batch. What is no request becomes a value that says so: an
 * exception here would end the stream as a fault of the server. Safe for any thread.
 */
final class ProduceCallMarshaller extends IncomingMarshaller<ProduceCall> {
    @Override
    public ProduceCall parse(InputStream stream) {
        byte[] message = MessageBytes.taken(stream);
        try {
            SplitMessage split = SplitMessage.of(message);
            return new ProduceCall(ProduceRequest.parseFrom(split.fields()), split.batches(), message.length, "");
        } catch (InvalidProtocolBufferException e) {
            return ProduceCall.malformed(message.length, "the message is no ProduceRequest: " + e.getMessage());
        }
    }
}
