package io.flotilla.bench.drive;

import io.flotilla.bench.load.LoadAdmin;
import io.flotilla.bench.load.LoadClient;
import io.flotilla.bench.load.LoadProducer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Creates many topics, writes to every partition and says {@code filled}; then, for every line on its input, waits
 * until the leader of every partition tells its end, and says {@code served}.
 */
@Command(name = "many", description = "Fill many partitions, and say when all of them are served.")
final class ManyCommand implements Callable<Integer> {
    private static final int RECORDS = 10;
    private static final int RECORD_BYTES = 100;
    private static final long PAUSE_NANOS = 50_000_000;

    @Mixin
    private DriveOptions options = new DriveOptions();

    @Option(names = "--topics", required = true)
    private int topics;

    @Option(names = "--replication-factor", required = true)
    private int replicationFactor;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        LoadClient client = options.system.client();
        try (LoadAdmin admin = client.admin(options.bootstrap)) {
            for (String topic : names()) {
                Creation.create(admin, new LoadAdmin.Topic(topic, options.partitions, replicationFactor, false));
            }
            awaitServed(admin);
            for (String topic : names()) {
                fill(client, topic);
            }
            say("filled");
            while (input.readLine() != null) {
                awaitServed(admin);
                say("served");
            }
        }
        return 0;
    }

    private List<String> names() {
        List<String> names = new ArrayList<>();
        for (int topic = 0; topic < topics; topic++) {
            names.add(options.topic + "-" + topic);
        }
        return names;
    }

    private void fill(LoadClient client, String topic) {
        Failures failures = new Failures();
        Payload payload = new Payload(RECORD_BYTES);
        try (LoadProducer producer = client.producer(options.bootstrap, topic, LoadClient.BULK)) {
            for (long record = 0; record < (long) RECORDS * options.partitions; record++) {
                producer.send((int) (record % options.partitions), payload.value(record), failures::ended);
            }
            producer.flush();
            failures.throwFirst();
        }
    }

    private void awaitServed(LoadAdmin admin) {
        List<String> waiting = names();
        while (!waiting.isEmpty()) {
            if (served(admin, waiting.get(0))) {
                waiting.remove(0);
            } else {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    private boolean served(LoadAdmin admin, String topic) {
        try {
            return admin.servedPartitions(topic, options.partitions) == options.partitions;
        } catch (RuntimeException notYet) {
            return false;
        }
    }

    private void say(String line) {
        spec.commandLine().getOut().println(line);
    }
}
