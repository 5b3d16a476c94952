package io.flotilla.client;

/**
 * A config that holds.
 *
 * @param source where the value comes from
 * @param readOnly only a restart with another server.properties changes it, or nothing does
 */
public record ConfigEntry(String key, String value, Source source, boolean readOnly) {
    /** Where a value comes from; the first that is set wins, in this order. */
    public enum Source {
        DYNAMIC_TOPIC_CONFIG,
        DYNAMIC_BROKER_CONFIG,
        DYNAMIC_DEFAULT_BROKER_CONFIG,
        STATIC_BROKER_CONFIG,
        DEFAULT_CONFIG,
        /** Said by a broker that is newer than this client. */
        UNKNOWN
    }
}
