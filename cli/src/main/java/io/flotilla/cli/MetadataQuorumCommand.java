package io.flotilla.cli;

import io.flotilla.client.Admin;
import io.flotilla.client.QuorumDescription;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The state of the metadata quorum. */
@Command(
        name = "metadata-quorum",
        description = "Describe the quorum that replicates the cluster's metadata.",
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
