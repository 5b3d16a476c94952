package io.flotilla.model.image;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The configuration keys that a topic can have, with Kafka's names; each checks its values and knows its default. */
public enum TopicConfigKey {
    DURABILITY("durability", Durability.SYNCED.configValue(), oneOf("synced", "replicated")),
    MIN_INSYNC_REPLICAS("min.insync.replicas", "2", between(1, Short.MAX_VALUE)),
    MAX_MESSAGE_BYTES("max.message.bytes", "1048576", between(1024, 16 << 20)),
    UNCLEAN_LEADER_ELECTION_ENABLE("unclean.leader.election.enable", "false", oneOf("true", "false")),
    MESSAGE_TIMESTAMP_TYPE("message.timestamp.type", "CreateTime", oneOf("CreateTime", "LogAppendTime")),
    SEGMENT_BYTES("segment.bytes", "134217728", between(1 << 20, 1 << 30)),
    SEGMENT_MS("segment.ms", "604800000", between(1, Long.MAX_VALUE)),
    RETENTION_MS("retention.ms", "604800000", between(-1, Long.MAX_VALUE)),
    RETENTION_BYTES("retention.bytes", "-1", between(-1, Long.MAX_VALUE)),
    FILE_DELETE_DELAY_MS("file.delete.delay.ms", "60000", between(0, Integer.MAX_VALUE)),
    CLEANUP_POLICY("cleanup.policy", "delete", TopicConfigKey::policyDefect),
    MIN_CLEANABLE_DIRTY_RATIO("min.cleanable.dirty.ratio", "0.5", TopicConfigKey::shareDefect),
    MIN_COMPACTION_LAG_MS("min.compaction.lag.ms", "0", between(0, Long.MAX_VALUE)),
    MAX_COMPACTION_LAG_MS("max.compaction.lag.ms", "9223372036854775807", between(1, Long.MAX_VALUE)),
    DELETE_RETENTION_MS("delete.retention.ms", "86400000", between(0, Long.MAX_VALUE));

    private final String key;
    private final String defaultValue;
    private final Function<String, Optional<String>> defect;

    TopicConfigKey(String key, String defaultValue, Function<String, Optional<String>> defect) {
        this.key = key;
        this.defaultValue = defaultValue;
        this.defect = defect;
    }

    public String key() {
        return key;
    }

    public String defaultValue() {
        return defaultValue;
    }

    /** The value set in {@code configs}, else the default. */
    public String valueIn(Map<String, String> configs) {
        return configs.getOrDefault(key, defaultValue);
    }

    public static Optional<TopicConfigKey> named(String key) {
        return Arrays.stream(values()).filter(k -> k.key.equals(key)).findFirst();
    }

    /** What is wrong with setting {@code key} to {@code value}, in words for people; empty when it may be set. */
    public static Optional<String> defect(String key, String value) {
        Optional<TopicConfigKey> known = named(key);
        if (known.isEmpty()) {
            return Optional.of("unknown topic config '" + key + "'; known are "
                    + String.join(
                            ", ",
                            Arrays.stream(values()).map(TopicConfigKey::key).toList()));
        }
        return known.get().defect.apply(value).map(text -> key + "=" + value + ": " + text);
    }

    private static Function<String, Optional<String>> oneOf(String... values) {
        List<String> legal = List.of(values);
        return value ->
                legal.contains(value) ? Optional.empty() : Optional.of("must be one of " + String.join(", ", legal));
    }

    private static Function<String, Optional<String>> between(long min, long max) {
        return value -> {
            try {
                long number = Long.parseLong(value);
                return number >= min && number <= max
                        ? Optional.empty()
                        : Optional.of("must be between " + min + " and " + max);
            } catch (NumberFormatException e) {
                return Optional.of("must be a whole number between " + min + " and " + max);
            }
        };
    }

    private static Optional<String> policyDefect(String value) {
        return CleanupPolicy.ofConfigValue(value).isPresent()
                ? Optional.empty()
                : Optional.of("must be delete, compact, or both, separated by a comma");
    }

    private static Optional<String> shareDefect(String value) {
        try {
            double share = Double.parseDouble(value);
            return share >= 0 && share <= 1 ? Optional.empty() : Optional.of("must be between 0 and 1");
        } catch (NumberFormatException e) {
            return Optional.of("must be a number between 0 and 1");
        }
    }
}
