package io.flotilla.model.image;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What a topic says about the compaction of its logs. What it leaves open, the file of each broker decides.
 *
 * @param policy whether old records go by age and size, by key, or both
 * @param dirtyRatioMin share of new bytes from which on a log is cleaned, 0 to 1
 * @param lagMsMin a record stays at least for so long
 * @param lagMsMax after so long a log is cleaned however few bytes are new
 * @param deleteRetentionMs a tombstone stays for so long after a cleaning
 */
public record CompactionSettings(
        Optional<CleanupPolicy> policy,
        OptionalDouble dirtyRatioMin,
        OptionalLong lagMsMin,
        OptionalLong lagMsMax,
        OptionalLong deleteRetentionMs) {
    /** Reads configs that {@link TopicConfigKey} has checked. */
    static CompactionSettings of(Map<String, String> configs) {
        return new CompactionSettings(
                Optional.ofNullable(configs.get(TopicConfigKey.CLEANUP_POLICY.key()))
                        .flatMap(CleanupPolicy::ofConfigValue),
                Optional.ofNullable(configs.get(TopicConfigKey.MIN_CLEANABLE_DIRTY_RATIO.key())).stream()
                        .mapToDouble(Double::parseDouble)
                        .findFirst(),
                LogSettings.number(configs, TopicConfigKey.MIN_COMPACTION_LAG_MS),
                LogSettings.number(configs, TopicConfigKey.MAX_COMPACTION_LAG_MS),
                LogSettings.number(configs, TopicConfigKey.DELETE_RETENTION_MS));
    }
}
