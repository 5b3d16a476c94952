package io.flotilla.cli;

import io.flotilla.client.Admin;
import io.flotilla.client.Consumer;
import io.flotilla.client.ConsumerRecord;
import io.flotilla.client.TopicPartition;
import io.flotilla.client.WakeupException;
import io.flotilla.model.time.Clock;
import io.flotilla.model.time.SystemClock;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints the records of a topic. */
@Command(
        name = "console-consumer",
        description = "Print the values of a topic's records, in UTF-8, a line each.",
        mixinStandardHelpOptions = true)
final class ConsoleConsumerCommand implements Callable<Integer> {
    private static final Clock CLOCK = new SystemClock();
    private static final Duration POLL = Duration.ofMillis(200);
    private static final int EXIT_SECONDS_MAX = 5;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Option(names = "--topic", required = true, paramLabel = "NAME", description = "what to read")
    private String topic = "";

    @Option(names = "--partition", paramLabel = "N", description = "only this partition")
    private @Nullable Integer partition;

    @Option(names = "--offset", paramLabel = "OFFSET", description = "with --partition: where to start")
    private @Nullable Long offset;

    @Option(names = "--from-beginning", description = "start with the first record that is held, not the next one")
    private boolean fromBeginning;

    @Option(names = "--max-messages", paramLabel = "N", description = "stop after so many")
    private long maxMessages = Long.MAX_VALUE;

    @Option(names = "--timeout-ms", paramLabel = "MS", description = "stop when nothing came for so long")
    private long timeoutMs = Long.MAX_VALUE;

    @Option(names = "--consumer-property", paramLabel = "KEY=VALUE", description = "client config")
    private Map<String, String> properties = new TreeMap<>();

    @Option(
            names = "--property",
            paramLabel = "KEY=VALUE",
            description =
                    "print.key, print.offset, print.partition, print.timestamp =true; key.separator (default: a tab)")
    private Map<String, String> printing = new TreeMap<>();

    private final AtomicReference<@Nullable Consumer> reading = new AtomicReference<>();
    private long processed;

    @Override
    public Integer call() throws IOException, CommandFailure {
        Thread main = Thread.currentThread();
        Thread onInterrupt = new Thread(() -> stop(main), "interrupted");
        Runtime.getRuntime().addShutdownHook(onInterrupt);
        properties.putIfAbsent("auto.offset.reset", fromBeginning ? "earliest" : "latest");
        try (Consumer consumer = new Consumer(cluster.config(properties))) {
            consumer.assign(partitions());
            if (offset != null && partition != null) {
                consumer.seek(new TopicPartition(topic, partition), offset);
            }
            reading.set(consumer);
            read(consumer);
        } catch (WakeupException e) {
            // Ctrl-C: what was printed is all there is to say.
        } finally {
            spec.commandLine().getOut().flush();
            spec.commandLine().getErr().println("Processed a total of " + processed + " messages");
            reading.set(null);
        }
        return 0;
    }

    private void stop(Thread main) {
        Consumer consumer = reading.get();
        if (consumer != null) {
            consumer.wakeup();
            try {
                main.join(TimeUnit.SECONDS.toMillis(EXIT_SECONDS_MAX));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private List<TopicPartition> partitions() throws IOException, CommandFailure {
        if (partition != null) {
            return List.of(new TopicPartition(topic, partition));
        }
        try (Admin admin = new Admin(cluster.config(Map.of()))) {
            return admin.describeTopics(List.of(topic)).values().stream()
                    .flatMap(description -> description.partitions().stream())
                    .map(each -> new TopicPartition(topic, each.partition()))
                    .toList();
        }
    }

    private void read(Consumer consumer) {
        PrintWriter out = spec.commandLine().getOut();
        long idleSinceNanos = CLOCK.nanos();
        while (processed < maxMessages) {
            List<ConsumerRecord> records = consumer.poll(POLL);
            long nowNanos = CLOCK.nanos();
            if (!records.isEmpty()) {
                idleSinceNanos = nowNanos;
            } else if ((nowNanos - idleSinceNanos) / 1_000_000 >= timeoutMs) {
                return;
            }
            for (ConsumerRecord record : records) {
                if (processed == maxMessages) {
                    return;
                }
                out.println(line(record));
                processed++;
            }
            out.flush();
        }
    }

    private String line(ConsumerRecord record) {
        String separator = printing.getOrDefault("key.separator", "\t");
        StringBuilder line = new StringBuilder();
        if (prints("print.timestamp")) {
            line.append("CreateTime:").append(record.timestampMs()).append(separator);
        }
        if (prints("print.partition")) {
            line.append("Partition:").append(record.partition()).append(separator);
        }
        if (prints("print.offset")) {
            line.append("Offset:").append(record.offset()).append(separator);
        }
        if (prints("print.key")) {
            line.append(text(record.key())).append(separator);
        }
        return line.append(text(record.value())).toString();
    }

    private boolean prints(String property) {
        return Boolean.parseBoolean(printing.getOrDefault(property, "false"));
    }

    private static String text(byte @Nullable [] bytes) {
        return bytes == null ? "null" : new String(bytes, StandardCharsets.UTF_8);
    }
}
