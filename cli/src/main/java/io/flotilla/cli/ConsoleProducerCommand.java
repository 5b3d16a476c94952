package io.flotilla.cli;

import io.flotilla.client.Producer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Sends each line of standard input as a record. */
@Command(
        name = "console-producer",
        description = "Send each line of standard input, in UTF-8, as a record.",
        mixinStandardHelpOptions = true)
final class ConsoleProducerCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Option(names = "--topic", required = true, paramLabel = "NAME", description = "where to send")
    private String topic = "";

    @Option(
            names = {"--producer-property", "--command-property"},
            paramLabel = "KEY=VALUE",
            description = "client config, for example acks=1 or compression.type=zstd")
    private Map<String, String> properties = new TreeMap<>();

    @Option(
            names = {"--property", "--reader-property"},
            paramLabel = "KEY=VALUE",
            description = "how lines are read: parse.key, key.separator (default: a tab), parse.headers,"
                    + " headers.delimiter (a tab), headers.separator (,), headers.key.separator (:), null.marker,"
                    + " ignore.error; with headers and key a line is HEADERS, KEY, VALUE")
    private Map<String, String> reading = new TreeMap<>();

    @Override
    public Integer call() throws IOException, CommandFailure {
        LineFormat format = LineFormat.of(topic, reading);
        AtomicLong sent = new AtomicLong();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (Producer producer = new Producer(cluster.config(properties))) {
            long number = 0;
            for (String line = lines.readLine(); line != null && failure.get() == null; line = lines.readLine()) {
                number++;
                var unused = producer.send(format.record(line, number), (done, e) -> {
                    if (e == null) {
                        sent.incrementAndGet();
                    } else {
                        failure.compareAndSet(null, e);
                    }
                });
            }
            producer.flush();
        }
        Throwable first = failure.get();
        if (first != null) {
            throw new CommandFailure(sent.get() + " records were acknowledged, then: " + first.getMessage());
        }
        spec.commandLine().getErr().println("sent " + sent.get() + " records to " + topic);
        return 0;
    }
}
