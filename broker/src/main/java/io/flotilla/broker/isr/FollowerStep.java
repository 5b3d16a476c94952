package io.flotilla.broker.isr;

/** What a follower must do with its log now. */
public sealed interface FollowerStep {
    /** Nothing: the answer is late, or of another leadership. */
    record Discard(String reason) implements FollowerStep {}

    /**
     * Cut the log back to the offset, then ask again.
     *
     * @param belowHighWatermark whether this drops records that had been committed: only after an unclean election
     */
    record TruncateTo(long offset, boolean belowHighWatermark) implements FollowerStep {}

    /**
     * Drop the whole log and start at the offset, then ask again.
     *
     * @param belowHighWatermark whether this drops records that had been committed and that the leader still has to
     *     hold
     */
    record RestartAt(long offset, boolean belowHighWatermark) implements FollowerStep {}

    /** Append what came, if anything, then adopt the leader's high watermark. */
    record Append() implements FollowerStep {}
}
