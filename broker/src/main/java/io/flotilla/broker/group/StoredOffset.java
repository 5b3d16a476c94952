package io.flotilla.broker.group;

import java.util.OptionalInt;

/**
 * What is persisted of a committed offset.
 *
 * @param commitTimeMs milliseconds since the Unix epoch
 */
record StoredOffset(long offset, OptionalInt leaderEpoch, String metadata, long commitTimeMs) {}
