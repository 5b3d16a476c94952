package io.flotilla.client;

import io.flotilla.client.internal.config.ConfigValues;
import io.flotilla.client.internal.fetch.FetchSettings;
import io.flotilla.client.internal.fetch.FetchSettings.ResetPolicy;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A consumer's configuration, by Kafka's names and, except where {@link ClientConfig} says otherwise, with Kafka 4.3's
 * defaults.
 *
 * @param maxPollRecords most records that one poll returns
 * @param checkCrcs whether the checksum of each batch is checked before its records are returned
 * @param apiTimeoutMs how long calls that ask brokers may take
 */
public record ConsumerConfig(
        ClientConfig client, FetchSettings settings, int maxPollRecords, boolean checkCrcs, long apiTimeoutMs) {
    public static final String AUTO_OFFSET_RESET = "auto.offset.reset";
    public static final String FETCH_MIN_BYTES = "fetch.min.bytes";
    public static final String FETCH_MAX_BYTES = "fetch.max.bytes";
    public static final String FETCH_MAX_WAIT_MS = "fetch.max.wait.ms";
    public static final String MAX_PARTITION_FETCH_BYTES = "max.partition.fetch.bytes";
    public static final String MAX_POLL_RECORDS = "max.poll.records";
    public static final String CHECK_CRCS = "check.crcs";

    private static final int READ_BYTES_MAX = 16 << 20;

    private static final Map<String, String> DEFAULTS = ClientConfig.withDefaults(Map.of(
            AUTO_OFFSET_RESET,
            "latest",
            FETCH_MIN_BYTES,
            "1",
            FETCH_MAX_BYTES,
            "52428800",
            FETCH_MAX_WAIT_MS,
            "500",
            MAX_PARTITION_FETCH_BYTES,
            "1048576",
            MAX_POLL_RECORDS,
            "500",
            CHECK_CRCS,
            "true",
            ClientConfig.DEFAULT_API_TIMEOUT_MS,
            "60000"));

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
                values.integer(ClientConfig.DEFAULT_API_TIMEOUT_MS, 1));
    }

    /** Every known name with its default. */
    public static Map<String, String> defaults() {
        return Map.copyOf(DEFAULTS);
    }
}
