package io.flotilla.client;

import io.flotilla.client.internal.config.ConfigValues;
import io.flotilla.client.internal.fetch.FetchSettings;
import io.flotilla.client.internal.fetch.FetchSettings.ResetPolicy;
import io.flotilla.client.internal.group.GroupSettings;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A consumer's configuration, by Kafka's names and, except where {@link ClientConfig} says otherwise, with Kafka 4.3's
 * defaults.
 *
 * @param maxPollRecords most records that one poll returns
 * @param checkCrcs whether the checksum of each batch is checked before its records are returned
 * @param apiTimeoutMs how long calls that ask brokers may take
 * @param group empty without group.id
 */
public record ConsumerConfig(
        ClientConfig client,
        FetchSettings settings,
        int maxPollRecords,
        boolean checkCrcs,
        long apiTimeoutMs,
        Optional<GroupSettings> group) {
    public static final String AUTO_OFFSET_RESET = "auto.offset.reset";
    public static final String FETCH_MIN_BYTES = "fetch.min.bytes";
    public static final String FETCH_MAX_BYTES = "fetch.max.bytes";
    public static final String FETCH_MAX_WAIT_MS = "fetch.max.wait.ms";
    public static final String MAX_PARTITION_FETCH_BYTES = "max.partition.fetch.bytes";
    public static final String MAX_POLL_RECORDS = "max.poll.records";
    public static final String CHECK_CRCS = "check.crcs";
    public static final String GROUP_ID = "group.id";
    public static final String GROUP_INSTANCE_ID = "group.instance.id";
    public static final String GROUP_REMOTE_ASSIGNOR = "group.remote.assignor";
    public static final String ENABLE_AUTO_COMMIT = "enable.auto.commit";
    public static final String AUTO_COMMIT_INTERVAL_MS = "auto.commit.interval.ms";
    public static final String MAX_POLL_INTERVAL_MS = "max.poll.interval.ms";
    public static final String CLIENT_RACK = "client.rack";

    private static final int READ_BYTES_MAX = 16 << 20;

    private static final Map<String, String> DEFAULTS = ClientConfig.withDefaults(Map.ofEntries(
            Map.entry(AUTO_OFFSET_RESET, "latest"),
            Map.entry(FETCH_MIN_BYTES, "1"),
            Map.entry(FETCH_MAX_BYTES, "52428800"),
            Map.entry(FETCH_MAX_WAIT_MS, "500"),
            Map.entry(MAX_PARTITION_FETCH_BYTES, "1048576"),
            Map.entry(MAX_POLL_RECORDS, "500"),
            Map.entry(CHECK_CRCS, "true"),
            Map.entry(GROUP_ID, ""),
            Map.entry(GROUP_INSTANCE_ID, ""),
            Map.entry(GROUP_REMOTE_ASSIGNOR, ""),
            Map.entry(ENABLE_AUTO_COMMIT, "true"),
            Map.entry(AUTO_COMMIT_INTERVAL_MS, "5000"),
            Map.entry(MAX_POLL_INTERVAL_MS, "300000"),
            Map.entry(CLIENT_RACK, ""),
            Map.entry(ClientConfig.DEFAULT_API_TIMEOUT_MS, "60000")));

    /**
     * Reads names and values, for example java.util.Properties.
     *
     * @throws IllegalArgumentException that names the key, the value and what is allowed
     */
    public static ConsumerConfig of(Map<?, ?> given) {
        ConfigValues values = new ConfigValues(DEFAULTS, given);
        ClientConfig client = ClientConfig.of(values);
        String reset = values.choice(AUTO_OFFSET_RESET, List.of("earliest", "latest", "none"));
        FetchSettings settings = new FetchSettings(
                new FetchSettings.Sizes(
                        values.integer(FETCH_MIN_BYTES, 0),
                        (int) values.number(MAX_PARTITION_FETCH_BYTES, 1, READ_BYTES_MAX),
                        values.integer(FETCH_MAX_BYTES, 1)),
                values.integer(FETCH_MAX_WAIT_MS, 0),
                ResetPolicy.valueOf(reset.toUpperCase(Locale.ROOT)),
                client.requestTimeoutMs(),
                new FetchSettings.Pauses(client.retries(), client.reconnects()));
        return new ConsumerConfig(
                client,
                settings,
                values.integer(MAX_POLL_RECORDS, 1),
                values.flag(CHECK_CRCS),
                values.integer(ClientConfig.DEFAULT_API_TIMEOUT_MS, 1),
                group(values, client));
    }

    private static Optional<GroupSettings> group(ConfigValues values, ClientConfig client) {
        String group = values.text(GROUP_ID);
        boolean autoCommit = values.flag(ENABLE_AUTO_COMMIT);
        if (group.isEmpty()) {
            if (values.isGiven(ENABLE_AUTO_COMMIT) && autoCommit) {
                throw new IllegalArgumentException(ENABLE_AUTO_COMMIT + "=true needs " + GROUP_ID);
            }
            if (!values.text(GROUP_INSTANCE_ID).isEmpty()) {
                throw new IllegalArgumentException(GROUP_INSTANCE_ID + " needs " + GROUP_ID);
            }
            return Optional.empty();
        }
        long intervalMs = values.integer(AUTO_COMMIT_INTERVAL_MS, 0);
        return Optional.of(new GroupSettings(
                group,
                new GroupSettings.Place(
                        Optional.of(values.text(GROUP_INSTANCE_ID)).filter(id -> !id.isEmpty()),
                        values.text(CLIENT_RACK),
                        values.text(GROUP_REMOTE_ASSIGNOR).isEmpty()
                                ? ""
                                : values.choice(GROUP_REMOTE_ASSIGNOR, List.of("uniform", "range"))),
                autoCommit ? Optional.of(intervalMs) : Optional.empty(),
                values.integer(MAX_POLL_INTERVAL_MS, 1),
                client.retries()));
    }

    /** Every known name with its default. */
    public static Map<String, String> defaults() {
        return Map.copyOf(DEFAULTS);
    }
}
