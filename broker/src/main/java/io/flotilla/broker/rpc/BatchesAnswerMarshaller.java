package io.flotilla.broker.rpc;

import io.flotilla.model.wire.OutgoingMarshaller;
import io.flotilla.model.wire.SplicedMessage;
import java.io.InputStream;

/** Sends answers whose batches go from the file into the outgoing frames. Safe for any thread. */
final class BatchesAnswerMarshaller extends OutgoingMarshaller<BatchesAnswer> {
    @Override
    public InputStream stream(BatchesAnswer answer) {
        return new SplicedMessage(answer.fields().toByteArray(), answer.batches());
    }
}
