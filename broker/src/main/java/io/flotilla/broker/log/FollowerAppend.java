package io.flotilla.broker.log;

import io.flotilla.model.record.BatchPatch;
import io.flotilla.model.record.BatchRegion;
import org.jspecify.annotations.Nullable;

/** What became of batches that a leader sent. */
public sealed interface FollowerAppend {
    /** They are in the log. */
    record Appended(AppendedRange range) implements FollowerAppend {}

    /** Nothing was appended: they do not continue this log, or come from an epoch that it does not follow yet. */
    record Refused(String reason) implements FollowerAppend {}

    /**
     * A leader whose log was cleaned has one batch without records where this log may hold the first of its offsets.
     */
    private static void beginWhereTheLogEnds(BatchRegion batches, long logEnd) {
        if (!batches.isEmpty()) {
            var first = batches.iterator().next();
            if (first.isFiller() && first.baseOffset() < logEnd && first.nextOffset() > logEnd) {
                BatchPatch.beginAt(first, logEnd);
            }
        }
    }

    /** Why a leader's batches cannot stand behind a log of this end and epoch (rule R10); null when they can. */
    static @Nullable Refused refusal(BatchRegion batches, long logEnd, int logEpoch, int ownEpoch) {
        long offset = logEnd;
        int epoch = logEpoch;
        beginWhereTheLogEnds(batches, logEnd);
        for (var batch : batches) {
            if (batch.baseOffset() != offset) {
                return new Refused("the next offset is " + offset + ", the leader sent " + batch.baseOffset());
            }
            if (batch.leaderEpoch() < epoch || batch.leaderEpoch() > ownEpoch) {
                return new Refused("the batch at offset " + offset + " has epoch " + batch.leaderEpoch()
                        + ", it must be between " + epoch + " and " + ownEpoch);
            }
            offset = batch.nextOffset();
            epoch = batch.leaderEpoch();
        }
        return null;
    }
}
