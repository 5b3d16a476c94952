package io.flotilla.broker.partition;

/**
 * Asks where a leader epoch ends.
 *
 * @param leaderEpoch the epoch that the asker knows, {@link Partition#ANY_EPOCH} for none
 * @param askedEpoch the epoch asked about
 * @param deadlineNanos until when the end of the log may be confirmed, on {@link io.flotilla.model.time.Clock#nanos()}
 */
public record EpochQuestion(int leaderEpoch, int askedEpoch, long deadlineNanos) {}
