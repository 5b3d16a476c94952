package io.flotilla.cli;

import io.flotilla.client.Admin;
import io.flotilla.client.Consumer;
import io.flotilla.client.ConsumerRebalanceListener;
import io.flotilla.client.ConsumerRecord;
import io.flotilla.client.TopicPartition;
import io.flotilla.model.time.Clock;
import io.flotilla.model.time.SystemClock;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures how fast records are read. */
@Command(
        name = "consumer-perf-test",
        description = {
            "Read records, and print how many came a second.",
            "Exits with 1 when nothing came for --timeout ms before there were enough."
        },
        mixinStandardHelpOptions = true)
final class ConsumerPerfTestCommand implements Callable<Integer> {
    private static final Clock CLOCK = new SystemClock();
    private static final Duration POLL = Duration.ofMillis(100);
    private static final double BYTES_PER_MB = 1024.0 * 1024.0;
    private static final double MS_PER_SECOND = 1_000;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Option(names = "--topic", required = true, paramLabel = "NAME", description = "what to read")
    private String topic = "";

    @Option(
            names = {"--messages", "--num-records"},
            required = true,
            paramLabel = "N",
            description = "how many")
    private long messages;

    @Option(
            names = "--group",
            paramLabel = "GROUP",
            description = "read as a member of this group; default: read all partitions alone")
    private @Nullable String group;

    @Option(names = "--from-latest", description = "where there is no committed offset, start at the end")
    private boolean fromLatest;

    @Option(
            names = "--fetch-size",
            defaultValue = "1048576",
            paramLabel = "BYTES",
            description = "of a partition at once")
    private long fetchSize;

    @Option(
            names = "--timeout",
            defaultValue = "10000",
            paramLabel = "MS",
            description = "stop when nothing came for so long")
    private long timeoutMs;

    @Option(
            names = "--reporting-interval",
            defaultValue = "5000",
            paramLabel = "MS",
            description = "with --show-detailed-stats: between lines; default: ${DEFAULT-VALUE}")
    private long reportingMs;

    @Option(
            names = "--show-detailed-stats",
            description = "print a line for each interval instead of one for the whole")
    private boolean detailed;

    @Option(names = "--hide-header", description = "print no header")
    private boolean hideHeader;

    @Option(
            names = "--date-format",
            defaultValue = "yyyy-MM-dd HH:mm:ss:SSS",
            description = "of times: ${DEFAULT-VALUE}")
    private String dateFormat = "";

    @Option(
            names = {"--command-property", "--consumer-property"},
            paramLabel = "KEY=VALUE",
            description = "client config")
    private Map<String, String> properties = new TreeMap<>();

    private long joinedMs;

    /** How much had come at a moment. */
    private record Reading(long atMs, long records, long bytes) {}

    @Override
    public Integer call() throws Exception {
        DateTimeFormatter times = times();
        List<Map<String, Object>> lines = new ArrayList<>();
        Reading began = new Reading(CLOCK.wallMs(), 0, 0);
        Reading ended;
        try (Consumer consumer = new Consumer(config())) {
            start(consumer);
            ended = read(consumer, began, (from, to) -> lines.add(line(times, from, to)));
        }
        if (!detailed) {
            lines.add(line(times, began, ended));
        }
        print(lines);
        if (ended.records() < messages) {
            throw new CommandFailure("only " + ended.records() + " of " + messages
                    + " records came; nothing more did for " + timeoutMs + " ms");
        }
        return 0;
    }

    private DateTimeFormatter times() {
        try {
            return DateTimeFormatter.ofPattern(dateFormat, Locale.ROOT).withZone(ZoneId.systemDefault());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--date-format: " + e.getMessage());
        }
    }

    private Map<String, String> config() throws IOException, CommandFailure {
        Map<String, String> extra = new TreeMap<>(properties);
        extra.putIfAbsent("auto.offset.reset", fromLatest ? "latest" : "earliest");
        extra.putIfAbsent("max.partition.fetch.bytes", Long.toString(fetchSize));
        if (group != null) {
            extra.put("group.id", group);
        }
        return cluster.config(extra);
    }

    private void start(Consumer consumer) throws IOException, CommandFailure {
        if (group != null) {
            long beganMs = CLOCK.wallMs();
            consumer.subscribe(List.of(topic), new ConsumerRebalanceListener() {
                @Override
                public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
                    joinedMs = joinedMs == 0 ? CLOCK.wallMs() - beganMs : joinedMs;
                }

                @Override
                public void onPartitionsRevoked(Collection<TopicPartition> partitions) {}
            });
            return;
        }
        try (Admin admin = new Admin(cluster.config(Map.of()))) {
            consumer.assign(new PartitionChoice(topic, List.of()).partitions(admin));
        }
    }

    /** Hears of an interval that is over. */
    private interface Progress {
        void interval(Reading from, Reading to);
    }

    private Reading read(Consumer consumer, Reading began, Progress progress) {
        Reading reported = began;
        Reading now = began;
        long heardMs = CLOCK.wallMs();
        while (now.records() < messages && CLOCK.wallMs() - heardMs < timeoutMs) {
            List<ConsumerRecord> records = consumer.poll(POLL);
            long bytes =
                    records.stream().mapToLong(ConsumerPerfTestCommand::bytes).sum();
            now = new Reading(CLOCK.wallMs(), now.records() + records.size(), now.bytes() + bytes);
            heardMs = records.isEmpty() ? heardMs : now.atMs();
            boolean over = now.atMs() - reported.atMs() >= reportingMs || now.records() >= messages;
            if (detailed && over) {
                progress.interval(reported, now);
                reported = now;
            }
        }
        return now;
    }

    private static long bytes(ConsumerRecord record) {
        return (record.key() == null ? 0 : record.key().length) + (record.value() == null ? 0 : record.value().length);
    }

    /** Kafka's columns; the time to join the group counts as Kafka's rebalance time. */
    private Map<String, Object> line(DateTimeFormatter times, Reading from, Reading to) {
        double seconds = Math.max(1, to.atMs() - from.atMs()) / MS_PER_SECOND;
        double fetchSeconds = Math.max(1, to.atMs() - from.atMs() - joinedMs) / MS_PER_SECOND;
        double mb = (to.bytes() - from.bytes()) / BYTES_PER_MB;
        long records = to.records() - from.records();
        Map<String, Object> line = new LinkedHashMap<>();
        if (detailed) {
            line.put("time", times.format(Instant.ofEpochMilli(to.atMs())));
            line.put("threadId", 0);
        } else {
            line.put("start.time", times.format(Instant.ofEpochMilli(from.atMs())));
            line.put("end.time", times.format(Instant.ofEpochMilli(to.atMs())));
        }
        line.put("data.consumed.in.MB", to.bytes() / BYTES_PER_MB);
        line.put("MB.sec", mb / seconds);
        line.put("data.consumed.in.nMsg", to.records());
        line.put("nMsg.sec", records / seconds);
        line.put("rebalance.time.ms", joinedMs);
        line.put("fetch.time.ms", Math.max(0, to.atMs() - from.atMs() - joinedMs));
        line.put("fetch.MB.sec", mb / fetchSeconds);
        line.put("fetch.nMsg.sec", records / fetchSeconds);
        return line;
    }

    private void print(List<Map<String, Object>> lines) throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        output.printLines(
                out,
                () -> {
                    List<String> text = new ArrayList<>();
                    if (!hideHeader && !lines.isEmpty()) {
                        text.add(String.join(", ", lines.get(0).keySet()));
                    }
                    lines.forEach(line -> text.add(String.join(
                            ", ",
                            line.values().stream()
                                    .map(ConsumerPerfTestCommand::text)
                                    .toList())));
                    return text;
                },
                () -> lines);
    }

    private static String text(Object value) {
        return value instanceof Double number ? String.format(Locale.ROOT, "%.4f", number) : value.toString();
    }
}
