package io.flotilla.broker.rpc;

import io.flotilla.model.wire.SplicedMessage;
import io.grpc.MethodDescriptor;
import java.io.InputStream;

/** Sends answers whose batches go from the file into the outgoing frames. Safe for any thread. */
final class BatchesAnswerMarshaller implements MethodDescriptor.Marshaller<BatchesAnswer> {
    @Override
    public InputStream stream(BatchesAnswer answer) {
        return new SplicedMessage(answer.fields().toByteArray(), answer.batches());
    }

    @Override
    public BatchesAnswer parse(InputStream stream) {
        throw new UnsupportedOperationException("a broker's server receives no answers");
    }
}
