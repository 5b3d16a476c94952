package io.flotilla.broker.log.compact;

import io.flotilla.model.image.CleanupPolicy;
import io.flotilla.model.image.CompactionSettings;

/**
 * Whether a log is compacted, and when; Kafka's names and meanings.
 *
 * @param policy whether old records go by age and size, by key, or both
 * @param dirtyRatioMin {@code min.cleanable.dirty.ratio}: a cleaning waits until so much of what it would read is new
 * @param lagMsMin {@code min.compaction.lag.ms}: a record stays at least for so long, milliseconds
 * @param lagMsMax {@code max.compaction.lag.ms}: after so long a cleaning waits for nothing, milliseconds
 * @param deleteRetentionMs {@code delete.retention.ms}: a tombstone stays for so long after the cleaning that removed
 *     what it deletes, milliseconds
 */
public record CompactionRules(
        CleanupPolicy policy, double dirtyRatioMin, long lagMsMin, long lagMsMax, long deleteRetentionMs) {
    /** Kafka's defaults. */
    public static final CompactionRules DEFAULT =
            new CompactionRules(CleanupPolicy.DELETE, 0.5, 0, Long.MAX_VALUE, 24 * 3_600_000L);

    public CompactionRules {
        if (!(dirtyRatioMin >= 0 && dirtyRatioMin <= 1) || lagMsMin < 0 || lagMsMax < 1 || deleteRetentionMs < 0) {
            throw new IllegalArgumentException("min.cleanable.dirty.ratio=" + dirtyRatioMin
                    + " must be between 0 and 1, max.compaction.lag.ms=" + lagMsMax
                    + " at least 1, min.compaction.lag.ms=" + lagMsMin + " and delete.retention.ms="
                    + deleteRetentionMs + " at least 0");
        }
    }

    /** The same, but for what the topic says itself. */
    public CompactionRules with(CompactionSettings topic) {
        return new CompactionRules(
                topic.policy().orElse(policy),
                topic.dirtyRatioMin().orElse(dirtyRatioMin),
                topic.lagMsMin().orElse(lagMsMin),
                topic.lagMsMax().orElse(lagMsMax),
                topic.deleteRetentionMs().orElse(deleteRetentionMs));
    }
}
