package io.flotilla.broker.partition;

import io.flotilla.broker.isr.EpochEnd;

/**
 * Where an epoch ends.
 *
 * @param leaderEpoch of the leader that answers
 */
public record EpochAnswer(EpochEnd end, int leaderEpoch) {}
