package io.flotilla.bench.drive;

import io.flotilla.bench.load.LoadAdmin;
import io.flotilla.bench.load.LoadClient;
import io.flotilla.bench.load.LoadProducer;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Tries from the first moment on to create a topic on every node and to have a record acknowledged. */
@Command(name = "first-ack", description = "Say acknowledged as soon as a record is.")
final class FirstAckCommand implements Callable<Integer> {
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
            Creation.create(admin, new LoadAdmin.Topic(options.topic, options.partitions, replicationFactor, false));
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
}
