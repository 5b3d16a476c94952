package io.flotilla.cli;

import io.flotilla.client.Producer;
import io.flotilla.client.ProducerRecord;
import io.flotilla.client.RecordMetadata;
import io.flotilla.model.error.FlotillaException;
import io.flotilla.model.time.Clock;
import io.flotilla.model.time.SystemClock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Sends the numbers from 0 on, and says of each whether it was acknowledged. */
@Command(
        name = "verifiable-producer",
        description = {
            "Send the numbers from 0 on, and print what became of each, a line of JSON each, as Kafka's tool does.",
            "Exits with 1 when a record was not acknowledged."
        },
        mixinStandardHelpOptions = true)
final class VerifiableProducerCommand implements Callable<Integer> {
    private static final Clock CLOCK = new SystemClock();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Option(names = "--topic", required = true, paramLabel = "NAME", description = "where to send")
    private String topic = "";

    @Option(names = "--max-messages", defaultValue = "-1", paramLabel = "N", description = "-1, the default: for ever")
    private long maxMessages;

    @Option(
            names = "--throughput",
            defaultValue = "-1",
            paramLabel = "N",
            description = "records a second; -1: no limit")
    private double throughput;

    @Option(
            names = "--acks",
            defaultValue = "-1",
            paramLabel = "ACKS",
            description = "0, 1, or -1 for all; default: all")
    private String acks = "-1";

    @Option(
            names = "--value-prefix",
            paramLabel = "N",
            description = "a number that is put before each value, with a dot between them")
    private @Nullable Integer valuePrefix;

    @Option(
            names = "--repeating-keys",
            paramLabel = "N",
            description = "give records the keys 0 to N-1 in turn; default: no keys")
    private @Nullable Integer repeatingKeys;

    @Option(
            names = "--message-create-time",
            defaultValue = "-1",
            paramLabel = "MS",
            description = "the time of the first record, since 1970, and all go on from there; default: now")
    private long createTimeMs;

    @Option(
            names = {"--command-property", "--producer-property"},
            paramLabel = "KEY=VALUE",
            description = "client config")
    private Map<String, String> properties = new TreeMap<>();

    private final AtomicBoolean stopped = new AtomicBoolean();
    private final AtomicLong acknowledged = new AtomicLong();

    @Override
    public Integer call() throws Exception {
        Map<String, String> extra = new TreeMap<>(properties);
        extra.put("acks", acks);
        EventLines events = new EventLines(spec.commandLine().getOut(), CLOCK);
        long beganMs = CLOCK.wallMs();
        long sent = 0;
        Interrupt interrupt = new Interrupt(() -> stopped.set(true));
        try (Producer producer = new Producer(cluster.config(extra))) {
            events.print("startup_complete");
            Pace pace = new Pace(CLOCK, throughput);
            while (!stopped.get() && (maxMessages < 0 || sent < maxMessages)) {
                send(producer, sent, beganMs, events);
                sent++;
                pace.await(sent);
            }
            producer.flush();
        }
        events.print("shutdown_complete");
        Map<String, Object> totals = new LinkedHashMap<>();
        totals.put("sent", sent);
        totals.put("acked", acknowledged.get());
        totals.put("target_throughput", throughput);
        totals.put("avg_throughput", acknowledged.get() * 1e3 / Math.max(1, CLOCK.wallMs() - beganMs));
        events.print("tool_data", totals);
        interrupt.close();
        return acknowledged.get() == sent ? 0 : 1;
    }

    private void send(Producer producer, long number, long beganMs, EventLines events) {
        String key = repeatingKeys == null || repeatingKeys < 1 ? null : Long.toString(number % repeatingKeys);
        String value = valuePrefix == null ? Long.toString(number) : valuePrefix + "." + number;
        ProducerRecord plain = ProducerRecord.of(topic, key, value);
        var unused = producer.send(createTimeMs < 0 ? plain : at(plain, beganMs), (metadata, failure) -> {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("key", key);
            fields.put("value", value);
            if (metadata != null) {
                acknowledged.incrementAndGet();
                events.print("producer_send_success", succeeded(fields, metadata));
            } else {
                events.print("producer_send_error", failed(fields, failure));
            }
        });
    }

    @SuppressWarnings("NullAway") // key and value may be null; a record's compiled constructor does not show that
    private ProducerRecord at(ProducerRecord record, long beganMs) {
        long timestampMs = createTimeMs + CLOCK.wallMs() - beganMs;
        return new ProducerRecord(topic, null, timestampMs, record.key(), record.value(), record.headers());
    }

    private static Map<String, Object> succeeded(Map<String, Object> fields, RecordMetadata metadata) {
        fields.put("offset", metadata.offset());
        fields.put("topic", metadata.topic());
        fields.put("partition", metadata.partition());
        return fields;
    }

    private Map<String, Object> failed(Map<String, Object> fields, @Nullable FlotillaException failure) {
        fields.put("exception", failure == null ? "" : failure.error().code().name());
        fields.put("message", failure == null ? "" : failure.error().message());
        fields.put("topic", topic);
        return fields;
    }
}
