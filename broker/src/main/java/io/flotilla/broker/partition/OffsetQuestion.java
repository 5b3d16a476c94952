package io.flotilla.broker.partition;

/**
 * Looks for an offset.
 *
 * @param leaderEpoch the epoch that the asker knows, {@link Partition#ANY_EPOCH} for none
 * @param timestampMs for {@link OffsetSpec#TIMESTAMP}, milliseconds since the Unix epoch
 * @param deadlineNanos until when the end of the log may be confirmed, on {@link io.flotilla.model.time.Clock#nanos()}
 */
public record OffsetQuestion(int leaderEpoch, OffsetSpec spec, long timestampMs, long deadlineNanos) {}
