package io.flotilla.client;

import io.flotilla.client.internal.config.ConfigValues;
import java.util.Map;

/**
 * An admin client's configuration, by Kafka's names.
 *
 * @param apiTimeoutMs how long one call may take, retries included
 */
public record AdminConfig(ClientConfig client, long apiTimeoutMs) {
    private static final Map<String, String> DEFAULTS =
            ClientConfig.withDefaults(Map.of(ClientConfig.DEFAULT_API_TIMEOUT_MS, "60000"));

    /**
     * Reads names and values, for example java.util.Properties.
     *
     * @throws IllegalArgumentException that names the key, the value and what is allowed
     */
    public static AdminConfig of(Map<?, ?> given) {
        ConfigValues values = new ConfigValues(DEFAULTS, given);
        return new AdminConfig(ClientConfig.of(values), values.integer(ClientConfig.DEFAULT_API_TIMEOUT_MS, 1));
    }

    /** Every known name with its default. */
    public static Map<String, String> defaults() {
        return Map.copyOf(DEFAULTS);
    }
}
