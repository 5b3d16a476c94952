package io.flotilla.broker.partition;

import io.flotilla.broker.isr.EpochEnd;
import io.flotilla.model.error.FlotillaError;
import org.jspecify.annotations.Nullable;

/**
 * A leader's answer to a follower about one partition, without the records.
 *
 * @param leaderEpoch of the leader; of the question when an error is set
 * @param session of the question
 * @param fetchOffset log end of the question
 * @param highWatermark the leader's
 * @param logStart the leader's first offset
 * @param round of the leader when the answer was made
 * @param diverging where the follower's last epoch ends at the leader, when the logs disagree
 * @param epochEnd the answer to an epoch question
 * @param error why there is no answer
 */
public record AnswerHeader(
        int leaderEpoch,
        long session,
        long fetchOffset,
        long highWatermark,
        long logStart,
        long round,
        @Nullable EpochEnd diverging,
        @Nullable EpochEnd epochEnd,
        @Nullable FlotillaError error) {}
