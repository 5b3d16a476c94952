package io.flotilla.cli;

import io.flotilla.client.Producer;
import io.flotilla.client.ProducerRecord;
import io.flotilla.model.time.Clock;
import io.flotilla.model.time.SystemClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures how fast records are acknowledged. */
@Command(
        name = "producer-perf-test",
        description = "Send records, and print how many were acknowledged a second, and how long each took.",
        mixinStandardHelpOptions = true)
final class ProducerPerfTestCommand implements Callable<Integer> {
    private static final Clock CLOCK = new SystemClock();
    /** Every run sends the same bytes. */
    private static final long SEED = 0;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Option(names = "--topic", required = true, paramLabel = "NAME", description = "where to send")
    private String topic = "";

    @Option(names = "--num-records", required = true, paramLabel = "N", description = "how many")
    private long records;

    @ArgGroup(multiplicity = "1")
    private Payload payload = new Payload();

    /** Exactly one of them. */
    static final class Payload {
        @Option(names = "--record-size", paramLabel = "BYTES", description = "of each value: random letters")
        private @Nullable Integer size;

        @Option(names = "--payload-file", paramLabel = "FILE", description = "values are drawn from it, in UTF-8")
        private @Nullable Path file;

        @Option(names = "--payload-monotonic", description = "values are the numbers from 0 on")
        private boolean monotonic;
    }

    @Option(
            names = "--payload-delimiter",
            paramLabel = "TEXT",
            description = "with --payload-file: what stands between values; default: the end of a line")
    private String delimiter = "\\n";

    @Option(
            names = "--throughput",
            defaultValue = "-1",
            paramLabel = "N",
            description = "records a second; -1, the default, means as many as possible")
    private double throughput;

    @Option(
            names = {"--producer-props", "--command-property", "--producer-property"},
            arity = "1..*",
            paramLabel = "KEY=VALUE",
            description = "client config, for example acks=1")
    private Map<String, String> properties = new TreeMap<>();

    @Option(
            names = "--reporting-interval",
            defaultValue = "5000",
            paramLabel = "MS",
            description = "between lines while it runs; default: ${DEFAULT-VALUE}")
    private long reportingMs;

    @Option(
            names = "--warmup-records",
            defaultValue = "0",
            paramLabel = "N",
            description = "the first so many of --num-records count in a first line only, and a second one tells of the"
                    + " others; default: ${DEFAULT-VALUE}")
    private long warmupRecords;

    @Option(names = "--print-metrics", description = "print the producer's metrics at the end")
    private boolean printMetrics;

    @Override
    public Integer call() throws Exception {
        require(records > 0, "--num-records: " + records + " is not above 0");
        require(payload.size == null || payload.size >= 0, "--record-size: " + payload.size + " is negative");
        require(reportingMs > 0, "--reporting-interval: " + reportingMs + " is not above 0");
        require(
                warmupRecords >= 0 && warmupRecords < records,
                "--warmup-records: " + warmupRecords + " is not from 0 to below --num-records " + records);
        Values values = values();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        ProducerStats all = new ProducerStats(CLOCK.nanos(), reportingMs, this::say);
        ProducerStats warm = all;
        Map<String, Double> metrics;
        try (Producer producer = new Producer(cluster.config(properties))) {
            Pace pace = new Pace(CLOCK, throughput);
            for (long number = 0; number < records && failure.get() == null; number++) {
                if (number > 0 && number == warmupRecords) {
                    warm = new ProducerStats(CLOCK.nanos(), reportingMs, line -> {});
                }
                ProducerStats steady = warm;
                byte[] value = values.next(number);
                long sentNanos = CLOCK.nanos();
                var unused = producer.send(new ProducerRecord(topic, null, value), (done, e) -> {
                    if (e == null) {
                        long ackedNanos = CLOCK.nanos();
                        all.acknowledged(sentNanos, ackedNanos, value.length);
                        if (steady != all) {
                            steady.acknowledged(sentNanos, ackedNanos, value.length);
                        }
                    } else {
                        failure.compareAndSet(null, e);
                    }
                });
                pace.await(number + 1);
            }
            producer.flush();
            metrics = printMetrics ? producer.metrics() : Map.of();
        }
        long endedNanos = CLOCK.nanos();
        Run run = new Run(
                all.summary(endedNanos),
                warm == all ? Optional.empty() : Optional.of(warm.summary(endedNanos)),
                metrics);
        output.printLines(spec.commandLine().getOut(), run::lines, run::json);
        Throwable first = failure.get();
        if (first != null) {
            throw new CommandFailure("stopped: " + first.getMessage());
        }
        return 0;
    }

    /**
     * What is told in the end.
     *
     * @param steady without the records that came first, if they are told apart
     * @param metrics of the producer, by their names; empty when nobody wants them
     */
    private record Run(ProducerStats.Summary all, Optional<ProducerStats.Summary> steady, Map<String, Double> metrics) {
        List<String> lines() {
            List<String> lines = new ArrayList<>(List.of(all.text()));
            steady.ifPresent(summary -> lines.add("after the warm-up: " + summary.text()));
            metrics.forEach(
                    (name, value) -> lines.add(String.format(Locale.ROOT, "producer-metrics:%s : %.3f", name, value)));
            return lines;
        }

        Map<String, Object> json() {
            Map<String, Object> json = new LinkedHashMap<>(all.json());
            steady.ifPresent(summary -> json.put("afterWarmup", summary.json()));
            if (!metrics.isEmpty()) {
                json.put("metrics", metrics);
            }
            return json;
        }
    }

    /** What is sent, one after the other. */
    private interface Values {
        byte[] next(long number);
    }

    private Values values() throws CommandFailure {
        SplittableRandom random = new SplittableRandom(SEED);
        if (payload.monotonic) {
            return number -> Long.toString(number).getBytes(StandardCharsets.UTF_8);
        } else if (payload.file != null) {
            List<byte[]> drawn = read(payload.file);
            return number -> drawn.get(random.nextInt(drawn.size()));
        }
        byte[] letters = new byte[payload.size == null ? 0 : payload.size];
        for (int index = 0; index < letters.length; index++) {
            letters[index] = (byte) ('A' + random.nextInt('Z' - 'A' + 1));
        }
        return number -> letters;
    }

    private List<byte[]> read(Path file) throws CommandFailure {
        List<byte[]> values = new ArrayList<>();
        try {
            String separator = delimiter.equals("\\n") ? "\\R" : Pattern.quote(delimiter);
            for (String value : Files.readString(file).split(separator, 0)) {
                values.add(value.getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw new CommandFailure(file + " cannot be read: " + e);
        }
        if (values.isEmpty() || (values.size() == 1 && values.get(0).length == 0)) {
            throw new CommandFailure(file + " is empty");
        }
        return values;
    }

    private void require(boolean holds, String message) {
        if (!holds) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }

    private void say(String line) {
        spec.commandLine().getErr().println(line);
    }
}
