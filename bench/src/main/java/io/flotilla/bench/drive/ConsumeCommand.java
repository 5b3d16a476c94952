package io.flotilla.bench.drive;

import io.flotilla.bench.load.LoadConsumer;
import io.flotilla.model.time.Clock;
import io.flotilla.model.time.SystemClock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Reads a topic twice: once to warm up, once against the clock. */
@Command(name = "consume", description = "Print the seconds that the second reading took.")
final class ConsumeCommand implements Callable<Integer> {
    private static final double NANOS = 1e9;
    private static final int IDLE_POLLS_MAX = 30;

    @Mixin
    private DriveOptions options = new DriveOptions();

    @Option(names = "--records", required = true, description = "how many the topic holds")
    private long records;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        Clock clock = new SystemClock();
        try (LoadConsumer consumer =
                options.system.client().consumer(options.bootstrap, options.topic, options.partitions)) {
            read(consumer);
            consumer.toBeginning();
            long beganNanos = clock.nanos();
            read(consumer);
            double seconds = (clock.nanos() - beganNanos) / NANOS;
            spec.commandLine().getOut().println("seconds " + seconds);
        }
        return 0;
    }

    private void read(LoadConsumer consumer) {
        long read = 0;
        int idle = 0;
        while (read < records) {
            LoadConsumer.Polled polled = consumer.poll();
            read += polled.records();
            idle = polled.records() == 0 ? idle + 1 : 0;
            if (idle > IDLE_POLLS_MAX) {
                throw new IllegalStateException("only " + read + " of " + records + " records came");
            }
        }
    }
}
