package io.flotilla.client;

/**
 * The first record at or after some moment.
 *
 * @param timestampMs its own, milliseconds since the Unix epoch
 * @param leaderEpoch of the leader that answered
 */
public record OffsetAndTimestamp(long offset, long timestampMs, int leaderEpoch) {}
