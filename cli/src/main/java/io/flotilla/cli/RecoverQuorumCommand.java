package io.flotilla.cli;

import io.flotilla.server.MetadataRecovery;
import io.flotilla.server.MetadataRecovery.Report;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The way out when most voters are lost for good. */
@Command(
        name = "recover",
        description = {
            "When a majority of the voters is lost for good: make one that is left the only voter of a new quorum.",
            "Run it on the host of that node, which must be stopped. Without --accept-data-loss it only says what is"
                    + " there; look at every voter that is left, and choose the one with the highest term, then index."
        },
        mixinStandardHelpOptions = true)
final class RecoverQuorumCommand implements Callable<Integer> {
    private static final List<String> LOSSES = List.of(
            "What the other voters decided after LastIndex is not known here, and would be lost:",
            "- topics, partitions and configs that were made last; logs are kept. Deleted topics may be back, empty;",
            "- who was in sync last: a replica that had left the in-sync set may lead again, and then records that were"
                    + " acknowledged meanwhile are lost;",
            "- registrations: a broker that registered last stops, and has to be started again.",
            "A second voter that is recovered as well would begin a second history: do it on one only.");

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--metadata-dir",
            required = true,
            paramLabel = "DIR",
            description = "the node's metadata.log.dir; by default __metadata in the first of its log.dirs")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path directory;

    @Option(
            names = "--accept-data-loss",
            description = "do it: whatever the lost voters decided and this one has not heard of is lost")
    private boolean accepted;

    @Override
    public Integer call() throws IOException, CommandFailure {
        PrintWriter out = spec.commandLine().getOut();
        if (!accepted) {
            Report found = inspect();
            found(found).print(out);
            if (found.alone()) {
                out.println("This node is the only voter: there is nothing to recover from.");
            } else {
                LOSSES.forEach(out::println);
                out.println("Nothing was changed. To go on, with exactly one of the voters: --accept-data-loss");
            }
            out.flush();
            return 0;
        }
        Report done = recover();
        found(done).print(out);
        out.println(
                done.backup().isEmpty()
                        ? "This node is the only voter: there was nothing to recover from, and nothing was changed."
                        : "Node " + done.nodeId() + " is the only voter of a new quorum. The storage of before is in "
                                + done.backup().orElseThrow() + ". Recover no other voter. Start this node; empty the"
                                + " metadata directories of the others before they start, and add them again.");
        out.flush();
        return 0;
    }

    private Report inspect() throws CommandFailure {
        try {
            return MetadataRecovery.inspect(directory);
        } catch (IOException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()));
        }
    }

    private Report recover() throws CommandFailure {
        try {
            return MetadataRecovery.recover(directory);
        } catch (IOException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()));
        }
    }

    private static Table found(Report report) {
        return new Table("ClusterId:", report.clusterId())
                .row("NodeId:", report.nodeId())
                .row("CurrentVoters:", report.voters())
                .row("LastTerm:", report.term())
                .row("LastIndex:", report.index())
                .row("LastWritten:", Instant.ofEpochMilli(report.writtenAtMs()))
                .row("MetadataRevision:", report.revision())
                .row("HistoryId:", report.historyId())
                .row("Topics:", report.topics())
                .row("Brokers:", report.brokers());
    }
}
