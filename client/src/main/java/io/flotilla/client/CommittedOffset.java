package io.flotilla.client;

import java.util.OptionalInt;

/**
 * How far a group has come in a partition.
 *
 * @param offset of the next record to read
 * @param leaderEpoch of the last record that was read, where the member said so
 * @param metadata what the member said about it; may be empty
 * @param commitTimeMs milliseconds since the Unix epoch
 */
public record CommittedOffset(long offset, OptionalInt leaderEpoch, String metadata, long commitTimeMs) {}
