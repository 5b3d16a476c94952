package io.flotilla.bench.drive;

import io.flotilla.bench.load.LoadClient;
import io.flotilla.bench.load.LoadProducer;
import io.flotilla.model.time.Clock;
import io.flotilla.model.time.SystemClock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Sends as fast as the client takes it; what it sent first to warm up does not count. */
@Command(name = "produce", description = "Print the seconds that sending took, acknowledgements included.")
final class ProduceCommand implements Callable<Integer> {
    private static final double NANOS = 1e9;

    @Mixin
    private DriveOptions options = new DriveOptions();

    @Option(names = "--record-bytes", defaultValue = "1024")
    private int recordBytes;

    @Option(names = "--records", required = true)
    private long records;

    @Option(names = "--warm-up-records", defaultValue = "0")
    private long warmUpRecords;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        Clock clock = new SystemClock();
        Payload payload = new Payload(recordBytes);
        Failures failures = new Failures();
        try (LoadProducer producer =
                options.system.client().producer(options.bootstrap, options.topic, LoadClient.BULK)) {
            send(producer, payload, warmUpRecords, failures);
            long beganNanos = clock.nanos();
            send(producer, payload, records, failures);
            double seconds = (clock.nanos() - beganNanos) / NANOS;
            failures.throwFirst();
            spec.commandLine().getOut().println("seconds " + seconds);
        }
        return 0;
    }

    private void send(LoadProducer producer, Payload payload, long count, Failures failures) {
        for (long i = 0; i < count; i++) {
            producer.send((int) (i % options.partitions), payload.value(i), failures::ended);
        }
        producer.flush();
    }
}
