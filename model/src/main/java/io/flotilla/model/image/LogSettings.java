package io.flotilla.model.image;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What a topic says about how its logs are cut into files and how long its records are kept. What it leaves open, the
 * file of each broker decides.
 *
 * @param segmentBytes a file is closed before it would grow past this
 * @param segmentMs a file is closed once its records span more time than this
 * @param retentionMs records older than this go, -1 for none
 * @param retentionBytes a partition that is larger than this loses its oldest records, -1 for any size
 * @param fileDeleteDelayMs what a log gave up stays on the disk for this long, under another name
 * @param compaction whether and when of each key only the last record is kept
 * @param appendTimes records get the time at which their leader appended them, instead of their producer's
 */
public record LogSettings(
        OptionalInt segmentBytes,
        OptionalLong segmentMs,
        OptionalLong retentionMs,
        OptionalLong retentionBytes,
        OptionalLong fileDeleteDelayMs,
        CompactionSettings compaction,
        boolean appendTimes) {
    /** All is left to the brokers. */
    public static final LogSettings NONE = of(Map.of());

    /** Reads configs that {@link TopicConfigKey} has checked. */
    public static LogSettings of(Map<String, String> configs) {
        OptionalLong bytes = number(configs, TopicConfigKey.SEGMENT_BYTES);
        return new LogSettings(
                bytes.isPresent() ? OptionalInt.of(Math.toIntExact(bytes.getAsLong())) : OptionalInt.empty(),
                number(configs, TopicConfigKey.SEGMENT_MS),
                number(configs, TopicConfigKey.RETENTION_MS),
                number(configs, TopicConfigKey.RETENTION_BYTES),
                number(configs, TopicConfigKey.FILE_DELETE_DELAY_MS),
                CompactionSettings.of(configs),
                TopicConfigKey.MESSAGE_TIMESTAMP_TYPE.valueIn(configs).equals("LogAppendTime"));
    }

    static OptionalLong number(Map<String, String> configs, TopicConfigKey key) {
        return Optional.ofNullable(configs.get(key.key())).stream()
                .mapToLong(Long::parseLong)
                .findFirst();
    }
}
