package io.flotilla.client;

import io.flotilla.client.internal.batch.Acks;
import io.flotilla.client.internal.batch.PartitionChoice;
import io.flotilla.client.internal.batch.ProducerSettings;
import io.flotilla.client.internal.config.ConfigValues;
import io.flotilla.model.record.Codec;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A producer's configuration, by Kafka's names and, except where {@link ClientConfig} says otherwise, with Kafka 4.3's
 * defaults. As in Kafka, {@code enable.idempotence} is on unless {@code acks}, {@code retries} or
 * {@code max.in.flight.requests.per.connection} rule it out; asked for together with those, it is refused. The limit in
 * flight counts per partition.
 *
 * @param maxRequestBytes largest record that send accepts, encoded, in bytes
 * @param extensions how records are spread, and who sees them
 */
public record ProducerConfig(
        ClientConfig client, ProducerSettings settings, int maxRequestBytes, Extensions extensions) {
    public static final String ACKS = "acks";
    public static final String ENABLE_IDEMPOTENCE = "enable.idempotence";
    public static final String RETRIES = "retries";
    public static final String DELIVERY_TIMEOUT_MS = "delivery.timeout.ms";
    public static final String LINGER_MS = "linger.ms";
    public static final String BATCH_SIZE = "batch.size";
    public static final String BUFFER_MEMORY = "buffer.memory";
    public static final String MAX_BLOCK_MS = "max.block.ms";
    public static final String MAX_IN_FLIGHT = "max.in.flight.requests.per.connection";
    public static final String MAX_REQUEST_SIZE = "max.request.size";
    public static final String COMPRESSION_TYPE = "compression.type";

    public static final String PARTITIONER_CLASS = "partitioner.class";
    public static final String PARTITIONER_IGNORE_KEYS = "partitioner.ignore.keys";
    public static final String PARTITIONER_ADAPTIVE = "partitioner.adaptive.partitioning.enable";
    public static final String INTERCEPTOR_CLASSES = "interceptor.classes";

    private static final int REQUEST_BYTES_MAX = 16 << 20;

    /** Users know it by Kafka's name. */
    private static final Set<String> ROUND_ROBIN =
            Set.of("RoundRobinPartitioner", "org.apache.kafka.clients.producer.RoundRobinPartitioner");

    private static final Map<String, String> DEFAULTS = ClientConfig.withDefaults(Map.ofEntries(
            Map.entry(ACKS, "all"),
            Map.entry(ENABLE_IDEMPOTENCE, "true"),
            Map.entry(RETRIES, Integer.toString(Integer.MAX_VALUE)),
            Map.entry(DELIVERY_TIMEOUT_MS, "120000"),
            Map.entry(LINGER_MS, "5"),
            Map.entry(BATCH_SIZE, "16384"),
            Map.entry(BUFFER_MEMORY, "33554432"),
            Map.entry(MAX_BLOCK_MS, "60000"),
            Map.entry(MAX_IN_FLIGHT, "5"),
            Map.entry(MAX_REQUEST_SIZE, "1048576"),
            Map.entry(COMPRESSION_TYPE, "none"),
            Map.entry(PARTITIONER_CLASS, ""),
            Map.entry(PARTITIONER_IGNORE_KEYS, "false"),
            Map.entry(PARTITIONER_ADAPTIVE, "true"),
            Map.entry(INTERCEPTOR_CLASSES, "")));

    /**
     * Reads names and values, for example java.util.Properties.
     *
     * @throws IllegalArgumentException that names the key, the value and what is allowed
     */
    public static ProducerConfig of(Map<?, ?> given) {
        ConfigValues values = new ConfigValues(DEFAULTS, given);
        ClientConfig client = ClientConfig.of(values);
        return new ProducerConfig(
                client,
                new ProducerSettings(batching(values), delivery(values, client)),
                (int) values.number(MAX_REQUEST_SIZE, 1, REQUEST_BYTES_MAX),
                extensions(values));
    }

    /**
     * How records are spread over partitions, and which classes see them.
     *
     * @param builtIn used unless there is a partitioner
     * @param partitioner name of a class that implements {@link Partitioner}
     * @param interceptors names of classes that implement {@link ProducerInterceptor}
     */
    public record Extensions(PartitionChoice builtIn, Optional<String> partitioner, List<String> interceptors) {
        public Extensions {
            interceptors = List.copyOf(interceptors);
        }
    }

    private static Extensions extensions(ConfigValues values) {
        String named = values.text(PARTITIONER_CLASS);
        List<String> interceptors = Arrays.stream(
                        values.text(INTERCEPTOR_CLASSES).split(",", -1))
                .map(String::trim)
                .filter(name -> !name.isEmpty())
                .toList();
        if (ROUND_ROBIN.contains(named)) {
            return new Extensions(PartitionChoice.ROUND_ROBIN, Optional.empty(), interceptors);
        }
        boolean adaptive = values.flag(PARTITIONER_ADAPTIVE);
        PartitionChoice builtIn = values.flag(PARTITIONER_IGNORE_KEYS)
                ? (adaptive ? PartitionChoice.BY_LOAD : PartitionChoice.UNIFORM)
                : (adaptive ? PartitionChoice.KEYS_BY_LOAD : PartitionChoice.KEYS_UNIFORM);
        return new Extensions(builtIn, Optional.of(named).filter(name -> !name.isEmpty()), interceptors);
    }

    /** Every known name with its default. */
    public static Map<String, String> defaults() {
        return Map.copyOf(DEFAULTS);
    }

    private static ProducerSettings.Batching batching(ConfigValues values) {
        String codec = values.choice(COMPRESSION_TYPE, List.of("none", "gzip", "snappy", "lz4", "zstd"));
        return new ProducerSettings.Batching(
                (int) values.number(BATCH_SIZE, 0, REQUEST_BYTES_MAX),
                values.integer(LINGER_MS, 0),
                values.number(BUFFER_MEMORY, 1, Long.MAX_VALUE),
                values.number(MAX_BLOCK_MS, 0, Integer.MAX_VALUE),
                Codec.valueOf(codec.toUpperCase(Locale.ROOT)));
    }

    private static ProducerSettings.Delivery delivery(ConfigValues values, ClientConfig client) {
        Acks acks = switch (values.choice(ACKS, List.of("all", "-1", "0", "1"))) {
            case "0" -> Acks.NONE;
            case "1" -> Acks.LEADER;
            default -> Acks.ALL;
        };
        int inFlightMax = values.integer(MAX_IN_FLIGHT, 1);
        int retriesMax = values.integer(RETRIES, 0);
        boolean possible =
                acks == Acks.ALL && inFlightMax <= ProducerSettings.Delivery.IDEMPOTENT_IN_FLIGHT_MAX && retriesMax > 0;
        boolean wanted = values.flag(ENABLE_IDEMPOTENCE) && (possible || values.isGiven(ENABLE_IDEMPOTENCE));
        return new ProducerSettings.Delivery(acks, wanted, inFlightMax, retriesMax, timing(values, client));
    }

    private static ProducerSettings.Timing timing(ConfigValues values, ClientConfig client) {
        long deliveryMs = values.integer(DELIVERY_TIMEOUT_MS, 1);
        long leastMs = values.integer(LINGER_MS, 0) + client.requestTimeoutMs();
        if (deliveryMs < leastMs && values.isGiven(DELIVERY_TIMEOUT_MS)) {
            throw new IllegalArgumentException(DELIVERY_TIMEOUT_MS + "=" + deliveryMs
                    + " must be at least linger.ms + request.timeout.ms = " + leastMs);
        }
        return new ProducerSettings.Timing(
                Math.max(deliveryMs, leastMs), client.requestTimeoutMs(), client.retries(), client.reconnects());
    }
}
