package io.flotilla.client.internal.rpc;

import io.flotilla.model.wire.IncomingMarshaller;
import io.flotilla.model.wire.MessageBytes;
import io.flotilla.model.wire.OutgoingMarshaller;
import io.flotilla.model.wire.RegionBytes;
import io.flotilla.model.wire.SplicedMessage;
import io.flotilla.model.wire.SplitMessage;
import io.flotilla.proto.v1.FetchRequest;
import io.flotilla.proto.v1.FetchResponse;
import io.flotilla.proto.v1.LogServiceGrpc;
import io.flotilla.proto.v1.ProduceRequest;
import io.flotilla.proto.v1.ProduceResponse;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** Produce and Fetch with marshallers that move encoded batches without parsing them; the same on the wire. */
final class HotMethods {
    static final MethodDescriptor<ProduceFrame, ProduceResponse> PRODUCE =
            LogServiceGrpc.getProduceMethod().<ProduceFrame, ProduceResponse>toBuilder(
                            new ProduceFrames(),
                            LogServiceGrpc.getProduceMethod().getResponseMarshaller())
                    .build();

    static final MethodDescriptor<FetchRequest, FetchFrame> FETCH =
            LogServiceGrpc.getFetchMethod().<FetchRequest, FetchFrame>toBuilder(
                            LogServiceGrpc.getFetchMethod().getRequestMarshaller(), new FetchFrames())
                    .build();

    private HotMethods() {}

    /**
     * A ProduceRequest in two parts.
     *
     * @param batches encoded entries, from position to limit; must not change until the broker has answered
     * @param fields every other field
     */
    record ProduceFrame(ByteBuffer batches, ProduceRequest fields) {}

    /**
     * A FetchResponse in two parts.
     *
     * @param batches encoded entries one after the other, from position to limit
     * @param fields every other field
     */
    record FetchFrame(ByteBuffer batches, FetchResponse fields) {}

    private static final class ProduceFrames extends OutgoingMarshaller<ProduceFrame> {
        @Override
        public InputStream stream(ProduceFrame frame) {
            return new SplicedMessage(frame.fields().toByteArray(), RegionBytes.of(frame.batches()));
        }
    }

    private static final class FetchFrames extends IncomingMarshaller<FetchFrame> {
        @Override
        public FetchFrame parse(InputStream stream) {
            try {
                SplitMessage message = SplitMessage.of(MessageBytes.owned(stream));
                return new FetchFrame(message.batches(), FetchResponse.parseFrom(message.fields()));
            } catch (IOException e) {
                throw unreadable(e);
            }
        }

        private static RuntimeException unreadable(IOException cause) {
            return Status.INTERNAL
                    .withDescription("the broker's answer is no FetchResponse: " + cause.getMessage())
                    .withCause(cause)
                    .asRuntimeException();
        }
    }
}
