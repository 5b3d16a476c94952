package io.flotilla.client;

/**
 * An application's own way to spread the records that name no partition. Called on the producer's own thread, one
 * record at a time in the order of send: it must be quick and must not block. The producer closes it.
 */
public interface Partitioner extends AutoCloseable {
    /**
     * Where the record goes: 0 to {@code partitions.count() - 1}. Another number, or an exception, fails the record
     * with INVALID_REQUEST, NOT_APPLIED.
     */
    int partition(ProducerRecord record, Partitions partitions);

    /** The partitions of the record's topic as the producer knows them. */
    interface Partitions {
        /** At least 1; it may grow. */
        int count();

        /** Whether the partition has a leader at the moment, so that a record for it need not wait. */
        boolean isAvailable(int partition);

        /** Batches of this producer for it that are not answered. */
        int queuedBatches(int partition);
    }

    @Override
    default void close() {}
}
