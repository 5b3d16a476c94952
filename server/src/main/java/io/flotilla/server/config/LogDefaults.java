package io.flotilla.server.config;

import io.flotilla.broker.log.compact.CompactionRules;
import io.flotilla.model.image.CleanupPolicy;
import io.flotilla.model.image.TopicConfigKey;
import io.flotilla.server.config.NodeConfig.Setting;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * How this node's logs are cut into files and how long records are kept, where their topics say nothing.
 *
 * @param segmentBytes size at which a segment file is closed and the next begins
 * @param segmentMs time that the records of a segment file span at most, milliseconds
 * @param retentionMs age beyond which records go, milliseconds; -1 for never
 * @param retentionBytes size of a partition beyond which its oldest records go; -1 for no limit
 * @param deleteDelayMs how long a file stays after it was given up, milliseconds
 * @param checkIntervalMs how often a leader looks for what is to go, milliseconds
 * @param compaction whether and when of each key only the last record is kept
 * @param ofTopics the same under the names of the topics' configs
 */
public record LogDefaults(
        int segmentBytes,
        long segmentMs,
        long retentionMs,
        long retentionBytes,
        long deleteDelayMs,
        long checkIntervalMs,
        CompactionRules compaction,
        List<Setting> ofTopics) {
    static LogDefaults of(ServerProperties properties) {
        int segmentBytes = properties.number(ServerKey.LOG_SEGMENT_BYTES);
        long segmentMs = properties.text(ServerKey.LOG_ROLL_MS).isEmpty()
                ? TimeUnit.HOURS.toMillis(properties.longNumber(ServerKey.LOG_ROLL_HOURS))
                : properties.longNumber(ServerKey.LOG_ROLL_MS);
        long retentionMs = retentionMs(properties);
        long retentionBytes = properties.longNumber(ServerKey.LOG_RETENTION_BYTES);
        long deleteDelayMs = properties.longNumber(ServerKey.LOG_SEGMENT_DELETE_DELAY_MS);
        return new LogDefaults(
                segmentBytes,
                segmentMs,
                retentionMs,
                retentionBytes,
                deleteDelayMs,
                properties.longNumber(ServerKey.LOG_RETENTION_CHECK_INTERVAL_MS),
                compaction(properties),
                List.of(
                        setting(
                                TopicConfigKey.SEGMENT_BYTES,
                                segmentBytes,
                                isGiven(properties, ServerKey.LOG_SEGMENT_BYTES)),
                        setting(
                                TopicConfigKey.SEGMENT_MS,
                                segmentMs,
                                isGiven(properties, ServerKey.LOG_ROLL_MS, ServerKey.LOG_ROLL_HOURS)),
                        setting(
                                TopicConfigKey.RETENTION_MS,
                                retentionMs,
                                isGiven(
                                        properties,
                                        ServerKey.LOG_RETENTION_MS,
                                        ServerKey.LOG_RETENTION_MINUTES,
                                        ServerKey.LOG_RETENTION_HOURS)),
                        setting(
                                TopicConfigKey.RETENTION_BYTES,
                                retentionBytes,
                                isGiven(properties, ServerKey.LOG_RETENTION_BYTES)),
                        setting(
                                TopicConfigKey.FILE_DELETE_DELAY_MS,
                                deleteDelayMs,
                                isGiven(properties, ServerKey.LOG_SEGMENT_DELETE_DELAY_MS)),
                        setting(properties, TopicConfigKey.CLEANUP_POLICY, ServerKey.LOG_CLEANUP_POLICY),
                        setting(
                                properties,
                                TopicConfigKey.MIN_CLEANABLE_DIRTY_RATIO,
                                ServerKey.LOG_CLEANER_MIN_CLEANABLE_RATIO),
                        setting(
                                properties,
                                TopicConfigKey.MIN_COMPACTION_LAG_MS,
                                ServerKey.LOG_CLEANER_MIN_COMPACTION_LAG_MS),
                        setting(
                                properties,
                                TopicConfigKey.MAX_COMPACTION_LAG_MS,
                                ServerKey.LOG_CLEANER_MAX_COMPACTION_LAG_MS),
                        setting(
                                properties,
                                TopicConfigKey.DELETE_RETENTION_MS,
                                ServerKey.LOG_CLEANER_DELETE_RETENTION_MS)));
    }

    private static CompactionRules compaction(ServerProperties properties) {
        return new CompactionRules(
                CleanupPolicy.ofConfigValue(properties.text(ServerKey.LOG_CLEANUP_POLICY))
                        .orElseThrow(),
                properties.realNumber(ServerKey.LOG_CLEANER_MIN_CLEANABLE_RATIO),
                properties.longNumber(ServerKey.LOG_CLEANER_MIN_COMPACTION_LAG_MS),
                properties.longNumber(ServerKey.LOG_CLEANER_MAX_COMPACTION_LAG_MS),
                properties.longNumber(ServerKey.LOG_CLEANER_DELETE_RETENTION_MS));
    }

    /** The finest unit that is given counts, as in Kafka. */
    private static long retentionMs(ServerProperties properties) {
        if (!properties.text(ServerKey.LOG_RETENTION_MS).isEmpty()) {
            return properties.longNumber(ServerKey.LOG_RETENTION_MS);
        }
        boolean minutes = !properties.text(ServerKey.LOG_RETENTION_MINUTES).isEmpty();
        long count = properties.longNumber(minutes ? ServerKey.LOG_RETENTION_MINUTES : ServerKey.LOG_RETENTION_HOURS);
        TimeUnit unit = minutes ? TimeUnit.MINUTES : TimeUnit.HOURS;
        return count < 0 ? count : unit.toMillis(count);
    }

    private static boolean isGiven(ServerProperties properties, ServerKey... keys) {
        return Arrays.stream(keys).anyMatch(properties::isGiven);
    }

    private static Setting setting(ServerProperties properties, TopicConfigKey key, ServerKey from) {
        return new Setting(key.key(), properties.text(from), properties.isGiven(from));
    }

    private static Setting setting(TopicConfigKey key, long value, boolean given) {
        return new Setting(key.key(), Long.toString(value), given);
    }
}
