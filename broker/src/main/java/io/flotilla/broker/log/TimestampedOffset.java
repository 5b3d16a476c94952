package io.flotilla.broker.log;

/** A record's offset, its timestamp in milliseconds since the Unix epoch, and the leader epoch that wrote it. */
public record TimestampedOffset(long offset, long timestampMs, int leaderEpoch) {}
