package io.flotilla.model.image;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The configs of brokers that can be changed while the cluster runs, with Kafka's names. */
public enum BrokerConfigKey {
    /** Kafka's name and value (KIP-1066); single directories cannot be named yet. */
    CORDONED_LOG_DIRS("cordoned.log.dirs", "", Scope.ONE, Checks.cordon()),
    FOLLOWER_REPLICATION_THROTTLED_RATE(
            "follower.replication.throttled.rate", Long.toString(Long.MAX_VALUE), Scope.ANY, Checks.atLeast(1)),
    NUM_PARTITIONS("num.partitions", "1", Scope.ALL, Checks.between(1, 10_000)),
    DEFAULT_REPLICATION_FACTOR("default.replication.factor", "0", Scope.ALL, Checks.between(0, Short.MAX_VALUE)),
    MIN_INSYNC_REPLICAS("min.insync.replicas", "2", Scope.ALL, Checks.topic(TopicConfigKey.MIN_INSYNC_REPLICAS)),
    MESSAGE_MAX_BYTES("message.max.bytes", "1048576", Scope.ALL, Checks.topic(TopicConfigKey.MAX_MESSAGE_BYTES)),
    UNCLEAN_LEADER_ELECTION_ENABLE(
            "unclean.leader.election.enable",
            "false",
            Scope.ALL,
            Checks.topic(TopicConfigKey.UNCLEAN_LEADER_ELECTION_ENABLE));

    /** The value of {@link #CORDONED_LOG_DIRS} that cordons a broker. */
    public static final String ALL_DIRECTORIES = "*";

    private enum Scope {
        /** Of one broker only. */
        ONE,
        /** Of all brokers alike only. */
        ALL,
        ANY
    }

    private final String key;
    private final String defaultValue;
    private final Scope scope;
    private final Function<String, Optional<String>> defect;

    BrokerConfigKey(String key, String defaultValue, Scope scope, Function<String, Optional<String>> defect) {
        this.key = key;
        this.defaultValue = defaultValue;
        this.scope = scope;
        this.defect = defect;
    }

    public String key() {
        return key;
    }

    /** What holds where nothing is set at all. */
    public String defaultValue() {
        return defaultValue;
    }

    /** The config of topics that new topics get this value for. */
    public Optional<TopicConfigKey> ofNewTopics() {
        return switch (this) {
            case MIN_INSYNC_REPLICAS -> Optional.of(TopicConfigKey.MIN_INSYNC_REPLICAS);
            case MESSAGE_MAX_BYTES -> Optional.of(TopicConfigKey.MAX_MESSAGE_BYTES);
            case UNCLEAN_LEADER_ELECTION_ENABLE -> Optional.of(TopicConfigKey.UNCLEAN_LEADER_ELECTION_ENABLE);
            default -> Optional.empty();
        };
    }

    public static Optional<BrokerConfigKey> named(String key) {
        return Arrays.stream(values()).filter(k -> k.key.equals(key)).findFirst();
    }

    /** Why a key cannot be set or unset for a broker, or for all; empty when it can. */
    public static Optional<String> defectOfKey(int broker, String key) {
        Optional<BrokerConfigKey> known = named(key);
        if (known.isEmpty()) {
            return Optional.of("broker config '" + key + "' cannot be changed while the cluster runs; these can: "
                    + String.join(
                            ", ",
                            Arrays.stream(values()).map(BrokerConfigKey::key).toList())
                    + "; others are set in server.properties, with a restart");
        }
        boolean all = broker == BrokerConfigsImage.ALL;
        if (all && known.get().scope == Scope.ONE) {
            return Optional.of(key + " is set for one broker at a time; name the broker");
        }
        return !all && known.get().scope == Scope.ALL
                ? Optional.of(
                        key + " holds for all brokers alike; set the default of all, not that of broker " + broker)
                : Optional.empty();
    }

    /** What is wrong with setting {@code key} to {@code value}; the key is known. */
    public static Optional<String> defectOfValue(String key, String value) {
        return named(key).flatMap(known -> known.defect.apply(value).map(text -> key + "=" + value + ": " + text));
    }

    private static final class Checks {
        private Checks() {}

        static Function<String, Optional<String>> cordon() {
            return value -> List.of("", ALL_DIRECTORIES).contains(value)
                    ? Optional.empty()
                    : Optional.of(
                            "must be " + ALL_DIRECTORIES + " for all directories of the broker, or empty for none");
        }

        static Function<String, Optional<String>> atLeast(long min) {
            return between(min, Long.MAX_VALUE);
        }

        static Function<String, Optional<String>> between(long min, long max) {
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

        /** The same values as the topic's config. */
        static Function<String, Optional<String>> topic(TopicConfigKey key) {
            return value -> TopicConfigKey.defect(key.key(), value);
        }
    }
}
