package io.flotilla.bench.drive;

import io.flotilla.bench.load.LoadClient;
import io.flotilla.bench.load.LoadProducer;
import io.flotilla.model.time.Clock;
import io.flotilla.model.time.SystemClock;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Sends at an even pace until its input ends, and obeys one command a line: {@code partition N} sends there and says
 * {@code sending} once acknowledgements flow; {@code watch} begins a watch and says {@code watching}; {@code tell} says
 * {@code told GAP OPEN FAILED}: the longest gap between acks of this watch and the present one, milliseconds, and the
 * records that were not acknowledged.
 */
@Command(name = "steady-load", description = "Send at an even pace and tell the gaps between acknowledgements.")
final class SteadyLoadCommand implements Callable<Integer> {
    private static final long SECOND_NANOS = 1_000_000_000;
    private static final double NANOS_PER_MS = 1e6;
    private static final int ACKS_FIRST = 500;

    @Mixin
    private DriveOptions options = new DriveOptions();

    @Option(names = "--record-bytes", defaultValue = "1024")
    private int recordBytes;

    @Option(names = "--rate", defaultValue = "500", description = "records per second")
    private int rate;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private final Clock clock = new SystemClock();
    private AckGaps gaps = new AckGaps(clock);
    private int partition;
    private boolean asked;

    @Override
    public Integer call() throws IOException {
        Payload payload = new Payload(recordBytes);
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (LoadProducer producer =
                options.system.client().producer(options.bootstrap, options.topic, LoadClient.PROMPT)) {
            long beganNanos = clock.nanos();
            for (long i = 0; ; i++) {
                long dueNanos = beganNanos + i * SECOND_NANOS / rate;
                while (dueNanos - clock.nanos() > 0) {
                    LockSupport.parkNanos(dueNanos - clock.nanos());
                }
                producer.send(partition, payload.value(i), gaps::ended);
                if (asked && gaps.acks() >= ACKS_FIRST) {
                    asked = false;
                    say("sending");
                }
                if (commands.ready()) {
                    String command = commands.readLine();
                    if (command == null) {
                        return 0;
                    }
                    obey(command);
                }
            }
        }
    }

    private void obey(String command) {
        if (command.startsWith("partition ")) {
            partition = Integer.parseInt(command.substring(command.indexOf(' ') + 1));
            gaps = new AckGaps(clock);
            asked = true;
        } else if (command.equals("watch")) {
            gaps.watch();
            say("watching");
        } else if (command.equals("tell")) {
            say(String.format(
                    Locale.ROOT,
                    "told %.1f %.1f %d",
                    gaps.longestNanos() / NANOS_PER_MS,
                    gaps.openNanos() / NANOS_PER_MS,
                    gaps.failed()));
        } else {
            throw new IllegalArgumentException("no such command: " + command);
        }
    }

    private void say(String line) {
        spec.commandLine().getOut().println(line);
    }
}
