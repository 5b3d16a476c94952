package io.flotilla.broker.partition;

/**
 * An offset that was looked for.
 *
 * @param offset -1 when no record qualifies
 * @param timestampMs of the record found, -1 where none was looked at
 * @param leaderEpoch of the leader that answers
 */
public record OffsetAnswer(long offset, long timestampMs, int leaderEpoch) {}
