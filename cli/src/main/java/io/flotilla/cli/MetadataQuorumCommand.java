package io.flotilla.cli;

import io.flotilla.client.Admin;
import io.flotilla.client.QuorumAdmin;
import io.flotilla.client.QuorumDescription;
import io.flotilla.client.QuorumStep;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The state of the metadata quorum, and its changes. */
@Command(
        name = "metadata-quorum",
        description = "Describe the quorum that replicates the cluster's metadata, or change it.",
        subcommands = RecoverQuorumCommand.class,
        mixinStandardHelpOptions = true)
final class MetadataQuorumCommand {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    /** Exactly one of them. */
    static final class View {
        @Option(names = "--status", description = "leader, epoch, high watermark, lag, voters")
        private boolean status;

        @Option(names = "--replication", description = "how far each node is")
        private boolean replication;
    }

    @Command(name = "describe", description = "Describe the quorum.", mixinStandardHelpOptions = true)
    int describe(@Mixin ClusterOptions cluster, @Mixin OutputOptions output, @ArgGroup(multiplicity = "1") View view)
            throws IOException, CommandFailure {
        try (Admin admin = new Admin(cluster.config(Map.of()))) {
            QuorumDescription quorum = admin.describeQuorum();
            output.print(
                    spec.commandLine().getOut(),
                    () -> view.status ? status(quorum) : replication(quorum),
                    () -> quorum);
        }
        return 0;
    }

    /** Which controller a change is about, and how long it may take. */
    static final class Change {
        @Option(names = "--controller-id", required = true, paramLabel = "ID", description = "its node.id")
        private int controllerId;

        @Option(names = "--timeout-ms", defaultValue = "120000", description = "default: ${DEFAULT-VALUE}")
        private long timeoutMs;
    }

    @Command(
            name = "add-controller",
            description = "Add a voter: a controller that was started without controller.quorum.voters.",
            mixinStandardHelpOptions = true)
    int addController(
            @Mixin ClusterOptions cluster,
            @Mixin OutputOptions output,
            @Mixin Change change,
            @Option(
                            names = "--endpoint",
                            required = true,
                            paramLabel = "HOST:PORT",
                            description = "its INTERNAL listener")
                    String endpoint)
            throws IOException, CommandFailure {
        return change(
                cluster,
                output,
                change.timeoutMs,
                (quorum, patience) -> quorum.addController(change.controllerId, endpoint, patience));
    }

    @Command(
            name = "remove-controller",
            description = "Remove a voter for good; if it runs, it stops.",
            mixinStandardHelpOptions = true)
    int removeController(@Mixin ClusterOptions cluster, @Mixin OutputOptions output, @Mixin Change change)
            throws IOException, CommandFailure {
        return change(
                cluster,
                output,
                change.timeoutMs,
                (quorum, patience) -> quorum.removeController(change.controllerId, patience));
    }

    @Command(
            name = "transfer",
            description = "Make another voter the leader, which is the active controller.",
            mixinStandardHelpOptions = true)
    int transfer(
            @Mixin ClusterOptions cluster,
            @Mixin OutputOptions output,
            @Option(names = "--to", required = true, paramLabel = "ID", description = "its node.id") int to,
            @Option(names = "--timeout-ms", defaultValue = "30000", description = "default: ${DEFAULT-VALUE}")
                    long timeoutMs)
            throws IOException, CommandFailure {
        return change(cluster, output, timeoutMs, (quorum, patience) -> quorum.transferLeadership(to, patience));
    }

    /** A change and how patiently to wait for it. */
    private interface Request {
        QuorumStep make(QuorumAdmin quorum, QuorumAdmin.Patience patience);
    }

    private int change(ClusterOptions cluster, OutputOptions output, long timeoutMs, Request request)
            throws IOException, CommandFailure {
        PrintWriter progress = spec.commandLine().getErr();
        try (Admin admin = new Admin(cluster.config(Map.of()))) {
            QuorumStep end = request.make(
                    admin.quorum(),
                    new QuorumAdmin.Patience(Duration.ofMillis(timeoutMs), step -> progress.println(step.detail())));
            output.print(spec.commandLine().getOut(), () -> changed(end), () -> end);
        }
        return 0;
    }

    private static Table changed(QuorumStep end) {
        return new Table("Result:", end.detail()).row("CurrentVoters:", end.voters());
    }

    private static Table status(QuorumDescription quorum) {
        return new Table("ClusterId:", quorum.clusterId())
                .row("LeaderId:", quorum.leaderId())
                .row("LeaderEpoch:", quorum.leaderEpoch())
                .row("HighWatermark:", quorum.highWatermark())
                .row("MaxFollowerLag:", quorum.maxFollowerLag())
                .row("CurrentVoters:", ids(quorum.voters()))
                .row("CurrentObservers:", ids(quorum.observers()))
                .row("MetadataRevision:", quorum.metadataRevision());
    }

    private static Table replication(QuorumDescription quorum) {
        Table table = new Table("NodeId", "Endpoint", "LogEndIndex", "Lag", "Status");
        quorum.voters().forEach(node -> row(table, node, node.id() == quorum.leaderId() ? "Leader" : "Follower"));
        quorum.observers().forEach(node -> row(table, node, "Observer"));
        return table;
    }

    private static void row(Table table, QuorumDescription.Node node, String status) {
        table.row(node.id(), node.endpoint(), node.logEndIndex(), node.lag(), status);
    }

    private static String ids(List<QuorumDescription.Node> nodes) {
        return nodes.stream().map(QuorumDescription.Node::id).toList().toString();
    }
}
