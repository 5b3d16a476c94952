package io.flotilla.client;

import io.flotilla.model.error.FlotillaException;
import org.jspecify.annotations.Nullable;

/**
 * Sees each record on its way out and each answer on its way back. What it throws is logged and changes nothing. The
 * producer closes it.
 */
public interface ProducerInterceptor extends AutoCloseable {
    /** The record to send in the place of this one, or the same. On the thread that sends. */
    default ProducerRecord onSend(ProducerRecord record) {
        return record;
    }

    /**
     * How a record ended; exactly one of metadata and failure is null. Before the callback of send, on the producer's
     * own thread, or on the one that sends when send refused the record.
     *
     * @param record as it was sent
     */
    default void onAcknowledgement(
            ProducerRecord record, @Nullable RecordMetadata metadata, @Nullable FlotillaException failure) {}

    @Override
    default void close() {}
}
