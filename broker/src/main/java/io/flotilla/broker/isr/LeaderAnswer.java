package io.flotilla.broker.isr;

import java.util.Optional;

/**
 * What a leader says to a follower, without the batches themselves.
 *
 * @param leaderEpoch epoch of the leader that answers
 * @param session session of the question
 * @param fetchOffset log end of the question
 * @param maxBatchEpoch the largest epoch among the batches that come with it, -1 without batches
 * @param highWatermark the leader's
 * @param logStart the leader's first offset
 * @param round the leader's round; the follower echoes it
 * @param diverging where the follower's last epoch ends at the leader, when the logs disagree
 */
public record LeaderAnswer(
        int leaderEpoch,
        long session,
        long fetchOffset,
        int maxBatchEpoch,
        long highWatermark,
        long logStart,
        long round,
        Optional<EpochEnd> diverging) {}
