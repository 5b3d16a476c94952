package io.flotilla.bench.drive;

import io.flotilla.bench.load.LoadClient;
import io.flotilla.bench.load.LoadProducer;
import io.flotilla.model.time.Clock;
import io.flotilla.model.time.SystemClock;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Sends at an even pace. Says {@code running} once acknowledgements flow; any byte on standard input then starts the
 * watch, which lasts a fixed time.
 */
@Command(name = "ack-gap", description = "Print the longest time between two acknowledgements, in milliseconds.")
final class AckGapCommand implements Callable<Integer> {
    private static final long SECOND_NANOS = 1_000_000_000;
    private static final double NANOS_PER_MS = 1e6;

    @Mixin
    private DriveOptions options = new DriveOptions();

    @Option(names = "--record-bytes", defaultValue = "1024")
    private int recordBytes;

    @Option(names = "--rate", defaultValue = "500", description = "records per second")
    private int rate;

    @Option(names = "--warm-up-records", defaultValue = "2500")
    private long warmUpRecords;

    @Option(names = "--watch-seconds", defaultValue = "20")
    private long watchSeconds;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        Clock clock = new SystemClock();
        Payload payload = new Payload(recordBytes);
        AckGaps gaps = new AckGaps(clock);
        try (LoadProducer producer =
                options.system.client().producer(options.bootstrap, options.topic, LoadClient.PROMPT)) {
            long beganNanos = clock.nanos();
            long watchedNanos = 0;
            boolean running = false;
            for (long i = 0; watchedNanos == 0 || clock.nanos() - watchedNanos < watchSeconds * SECOND_NANOS; i++) {
                awaitNanos(clock, beganNanos + i * SECOND_NANOS / rate);
                producer.send((int) (i % options.partitions), payload.value(i), gaps::ended);
                if (!running && gaps.acks() >= warmUpRecords) {
                    running = true;
                    say("running");
                }
                if (watchedNanos == 0 && System.in.available() > 0) {
                    watchedNanos = clock.nanos();
                    gaps.watch();
                }
            }
            say("gap-ms " + gaps.longestNanos() / NANOS_PER_MS);
            producer.flush();
            gaps.throwFirst();
        }
        return 0;
    }

    private static void awaitNanos(Clock clock, long dueNanos) {
        while (dueNanos - clock.nanos() > 0) {
            LockSupport.parkNanos(dueNanos - clock.nanos());
        }
    }

    private void say(String line) {
        spec.commandLine().getOut().println(line);
    }
}
