package io.flotilla.cli;

import io.flotilla.client.Admin;
import io.flotilla.client.ClusterDescription;
import io.flotilla.client.ClusterDescription.BrokerDescription;
import io.flotilla.client.TopicDescription;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaException;
import io.flotilla.model.time.Clock;
import io.flotilla.model.time.SystemClock;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What the cluster is made of, and whether it is ready. */
@Command(
        name = "cluster",
        description = "Describe the cluster's brokers, print its id, or wait until it is ready.",
        mixinStandardHelpOptions = true)
final class ClusterCommand {
    private static final Clock CLOCK = new SystemClock();
    private static final int POLL_MS = 50;
    private static final int QUIET_SECONDS = 2;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Command(name = "cluster-id", description = "Print the cluster's id.", mixinStandardHelpOptions = true)
    int clusterId(@Mixin ClusterOptions cluster) throws IOException, CommandFailure {
        try (Admin admin = new Admin(cluster.config(Map.of()))) {
            out().println("Cluster ID: " + admin.describeCluster().clusterId());
            out().flush();
        }
        return 0;
    }

    @Command(name = "describe", description = "List the brokers.", mixinStandardHelpOptions = true)
    int describe(@Mixin ClusterOptions cluster, @Mixin OutputOptions output) throws IOException, CommandFailure {
        try (Admin admin = new Admin(cluster.config(Map.of()))) {
            ClusterDescription description = admin.describeCluster();
            output.print(out(), () -> table(description), () -> json(description));
        }
        return 0;
    }

    /** What to wait for, and for how long. */
    static final class Wait {
        @Option(names = "--brokers", defaultValue = "1", description = "how many; default: ${DEFAULT-VALUE}")
        private int brokers;

        @Option(names = "--full-isr", description = "also until every replica of every partition is in sync")
        private boolean fullIsr;

        @Option(
                names = "--first-write",
                description = "also until a record is acknowledged, in a topic made for it and deleted afterwards")
        private boolean firstWrite;

        @Option(
                names = "--started-at-ms",
                paramLabel = "EPOCH-MS",
                description = "when the start began: tells how long each step took since")
        private long startedAtMs;

        @Option(names = "--timeout-ms", defaultValue = "60000", description = "default: ${DEFAULT-VALUE}")
        private long timeoutMs;
    }

    @Command(
            name = "ready",
            description = "Wait until enough brokers serve and there is an active controller.",
            mixinStandardHelpOptions = true)
    int ready(@Mixin ClusterOptions cluster, @Mixin Wait wait)
            throws IOException, CommandFailure, InterruptedException {
        long deadlineNanos = CLOCK.nanos() + TimeUnit.MILLISECONDS.toNanos(wait.timeoutMs);
        try (Admin admin = new Admin(cluster.config(Map.of("default.api.timeout.ms", "2000")))) {
            awaitReady(admin, wait);
            if (wait.startedAtMs > 0) {
                tell("%d of %d nodes serve after %s".formatted(wait.brokers, wait.brokers, since(wait.startedAtMs)));
            }
            if (wait.firstWrite) {
                int replicas = new FirstWrite(admin, cluster.config(Map.of()), CLOCK, this::tell)
                        .await(wait.brokers, deadlineNanos);
                tell("first write acknowledged"
                        + (wait.startedAtMs > 0 ? " after " + since(wait.startedAtMs) : "")
                        + " (acks=all, replicas: " + replicas + ")");
            }
        }
        return 0;
    }

    private static String since(long startedAtMs) {
        return String.format(Locale.ROOT, "%.1f s", (CLOCK.wallMs() - startedAtMs) / 1000.0);
    }

    private void tell(String line) {
        out().println(line);
        out().flush();
    }

    private void awaitReady(Admin admin, Wait wait) throws CommandFailure, InterruptedException {
        long beganNanos = CLOCK.nanos();
        String lacking = "no broker answers";
        boolean told = false;
        while (CLOCK.nanos() - beganNanos < TimeUnit.MILLISECONDS.toNanos(wait.timeoutMs)) {
            try {
                lacking = lacking(admin, wait.brokers, wait.fullIsr);
            } catch (FlotillaException e) {
                lacking = e.error().code() == ErrorCode.REQUEST_TIMED_OUT
                        ? "no broker answers yet"
                        : e.error().message();
            }
            if (lacking.isEmpty()) {
                return;
            }
            if (!told && CLOCK.nanos() - beganNanos > TimeUnit.SECONDS.toNanos(QUIET_SECONDS)) {
                tell("waiting: " + lacking);
                told = true;
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
        }
        throw new CommandFailure("not ready after " + wait.timeoutMs + " ms: " + lacking);
    }

    /** What is still lacking; empty when nothing is. */
    private static String lacking(Admin admin, int brokers, boolean fullIsr) {
        ClusterDescription description = admin.describeCluster();
        long serving = description.brokers().stream()
                .filter(broker -> !broker.fenced() && !broker.shuttingDown())
                .count();
        if (serving < brokers) {
            return serving + " of " + brokers + " brokers serve";
        }
        if (description.controllerId() < 0) {
            return "there is no active controller";
        }
        if (fullIsr) {
            long lagging = admin.describeTopics().values().stream()
                    .map(TopicDescription::partitions)
                    .flatMap(partitions -> partitions.stream()
                            .filter(partition -> partition.isr().size()
                                    < partition.replicas().size()))
                    .count();
            return lagging == 0 ? "" : lagging + " partitions lack in-sync replicas";
        }
        return "";
    }

    private static Table table(ClusterDescription description) {
        Table table = new Table("BROKER", "ENDPOINT", "RACK", "STATE", "EPOCH", "CONTROLLER");
        for (BrokerDescription broker : description.brokers()) {
            table.row(
                    broker.id(),
                    broker.endpoint(),
                    broker.rack().isEmpty() ? "-" : broker.rack(),
                    state(broker),
                    broker.epoch(),
                    broker.id() == description.controllerId() ? "active" : "-");
        }
        return table;
    }

    private static String state(BrokerDescription broker) {
        return broker.fenced() ? "fenced" : broker.shuttingDown() ? "stopping" : "serving";
    }

    private static Map<String, Object> json(ClusterDescription description) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("clusterId", description.clusterId());
        json.put("controllerId", description.controllerId());
        json.put("revision", description.revision());
        json.put("brokers", description.brokers());
        return json;
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
