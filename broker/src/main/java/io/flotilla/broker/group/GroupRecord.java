package io.flotilla.broker.group;

import org.jspecify.annotations.Nullable;

/**
 * One record of {@code __consumer_offsets}. Whoever holds it does not change the arrays.
 *
 * @param key a serialised GroupRecordKey
 * @param value a serialised GroupRecordValue, or null for a tombstone
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier between the log and the state, compared by nobody
public record GroupRecord(byte[] key, byte @Nullable [] value) {}
