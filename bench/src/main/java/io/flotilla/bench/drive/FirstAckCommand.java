package io.flotilla.bench.drive;

import io.flotilla.bench.load.LoadAdmin;
import io.flotilla.bench.load.LoadClient;
import io.flotilla.bench.load.LoadProducer;
import io.flotilla.model.time.Clock;
import io.flotilla.model.time.SystemClock;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Tries from the first moment on to create a topic on every node and to have a record acknowledged. */
@Command(name = "first-ack", description = "Say acknowledged as soon as a record is.")
final class FirstAckCommand implements Callable<Integer> {
    private static final long PAUSE_NANOS = 50_000_000;
    private static final long PATIENCE_NANOS = 120_000_000_000L;

    @Mixin
    private DriveOptions options = new DriveOptions();

    @Option(names = "--replication-factor", required = true)
    private int replicationFactor;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        LoadClient client = options.system.client();
        try (LoadAdmin admin = client.admin(options.bootstrap)) {
            create(admin);
        }
        Failures failures = new Failures();
        try (LoadProducer producer = client.producer(options.bootstrap, options.topic, LoadClient.PROMPT)) {
            producer.send(0, new byte[] {1}, failures::ended);
            producer.flush();
            failures.throwFirst();
            spec.commandLine().getOut().println("acknowledged");
        }
        return 0;
    }

    private void create(LoadAdmin admin) {
        Clock clock = new SystemClock();
        long beganNanos = clock.nanos();
        while (true) {
            try {
                admin.createTopic(options.topic, options.partitions, replicationFactor);
                return;
            } catch (RuntimeException e) {
                if (clock.nanos() - beganNanos > PATIENCE_NANOS) {
                    throw e;
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }
}
