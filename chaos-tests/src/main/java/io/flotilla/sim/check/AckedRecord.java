package io.flotilla.sim.check;

import io.flotilla.model.image.Durability;

/**
 * A record that a producer was told to be committed, with acks=all.
 *
 * @param value unique for all time
 * @param offset where, as the producer was told
 * @param leaderEpoch of the leader that acknowledged it
 * @param durability what the acknowledgement promises
 * @param atNanos when the producer was told
 */
public record AckedRecord(long value, long offset, int leaderEpoch, Durability durability, long atNanos) {}
