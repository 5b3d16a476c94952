package io.flotilla.broker.partition;

import io.flotilla.broker.isr.IsrSettings;

/**
 * Bounds of a partition at work.
 *
 * @param isr how long to bear with others
 * @param pendingAcksMax appends that may wait for their acknowledgement; more are refused with OVERLOADED
 * @param pendingFetchesMax consumers' fetches that may wait for records
 * @param replicaFetchBytesMax what a follower asks for at once, bytes
 * @param retryNanos pause before a follower repeats a question that was answered with an error
 * @param fullRetryNanos pause before what found no space is tried again
 * @param endQuestionNanosMax how long a question about the end of the log may wait when its asker names no time
 */
public record PartitionSettings(
        IsrSettings isr,
        int pendingAcksMax,
        int pendingFetchesMax,
        int replicaFetchBytesMax,
        long retryNanos,
        long fullRetryNanos,
        long endQuestionNanosMax) {
    private static final long MS = 1_000_000L;

    /**
     * 65,536 pending appends, 16,384 pending fetches, 1 MiB per replica fetch, retries after 50 ms, and after 500 ms
     * where there was no space, 3 s for the end.
     */
    public static PartitionSettings defaults() {
        return new PartitionSettings(IsrSettings.defaults(), 65_536, 16_384, 1 << 20, 50 * MS, 500 * MS, 3_000 * MS);
    }
}
