package io.flotilla.client;

import io.flotilla.client.internal.config.ConfigValues;
import io.flotilla.client.internal.routing.Backoff;
import io.flotilla.model.id.Endpoint;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What every client is told about reaching the cluster.
 *
 * @param bootstrap brokers to learn the others from
 * @param clientId told to brokers; may be empty
 * @param requestTimeoutMs how long one attempt may take
 * @param retries pauses between attempts
 * @param reconnects pauses between attempts to reach a broker
 */
public record ClientConfig(
        List<Endpoint> bootstrap,
        String clientId,
        long requestTimeoutMs,
        Backoff.Limits retries,
        Backoff.Limits reconnects) {
    public static final String BOOTSTRAP_SERVERS = "bootstrap.servers";
    public static final String CLIENT_ID = "client.id";
    public static final String REQUEST_TIMEOUT_MS = "request.timeout.ms";
    public static final String DEFAULT_API_TIMEOUT_MS = "default.api.timeout.ms";
    public static final String RETRY_BACKOFF_MS = "retry.backoff.ms";
    public static final String RETRY_BACKOFF_MAX_MS = "retry.backoff.max.ms";
    public static final String RECONNECT_BACKOFF_MS = "reconnect.backoff.ms";
    public static final String RECONNECT_BACKOFF_MAX_MS = "reconnect.backoff.max.ms";

    /** The pauses are shorter than Kafka's 50, 100 and 1000 ms: a dead leader is replaced within a few hundred. */
    private static final Map<String, String> DEFAULTS = Map.of(
            BOOTSTRAP_SERVERS, "",
            CLIENT_ID, "",
            REQUEST_TIMEOUT_MS, "30000",
            RETRY_BACKOFF_MS, "20",
            RETRY_BACKOFF_MAX_MS, "200",
            RECONNECT_BACKOFF_MS, "20",
            RECONNECT_BACKOFF_MAX_MS, "1000");

    public ClientConfig {
        bootstrap = List.copyOf(bootstrap);
    }

    /** The names that every client knows, and a client's own, with their defaults. */
    static Map<String, String> withDefaults(Map<String, String> own) {
        Map<String, String> all = new TreeMap<>(DEFAULTS);
        all.putAll(own);
        return all;
    }

    static ClientConfig of(ConfigValues values) {
        return new ClientConfig(
                values.endpoints(BOOTSTRAP_SERVERS),
                values.text(CLIENT_ID),
                values.integer(REQUEST_TIMEOUT_MS, 1),
                limits(values, RETRY_BACKOFF_MS, RETRY_BACKOFF_MAX_MS),
                limits(values, RECONNECT_BACKOFF_MS, RECONNECT_BACKOFF_MAX_MS));
    }

    private static Backoff.Limits limits(ConfigValues values, String first, String longest) {
        long firstMs = values.integer(first, 0);
        long longestMs = values.integer(longest, 0);
        return new Backoff.Limits(Math.min(firstMs, longestMs), longestMs);
    }
}
