package io.flotilla.broker.partition;

/**
 * What a consumer wants to read.
 *
 * @param leaderEpoch the epoch that the asker knows, {@link Partition#ANY_EPOCH} for none
 * @param offset first offset wanted, at least 0
 * @param maxBytes upper bound of the answer in bytes; one whole batch is always answered
 * @param minBytes bytes to wait for, at least 1
 * @param deadlineNanos until when to wait for them, on {@link io.flotilla.model.time.Clock#nanos()}
 * @param maxBatchBytes the largest batch that the asker takes; a larger one is refused with MESSAGE_TOO_LARGE
 */
public record FetchQuestion(
        int leaderEpoch, long offset, int maxBytes, int minBytes, long deadlineNanos, int maxBatchBytes) {}
