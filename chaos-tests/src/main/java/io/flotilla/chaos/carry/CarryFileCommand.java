package io.flotilla.chaos.carry;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Carries a text through the death of a node. */
@Command(
        name = "carry-file",
        description = "Send a text into a replicated topic, kill a node midway, read everything back and compare.",
        mixinStandardHelpOptions = true)
public final class CarryFileCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(names = "--bootstrap-server", required = true, paramLabel = "HOST:PORT,...", description = "the brokers")
    private String bootstrapServer = "";

    @Option(names = "--file", required = true, description = "the text")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path file;

    @Option(names = "--lines-max", defaultValue = "2147483647", description = "leave out what follows")
    private int linesMax;

    @Option(
            names = "--kill",
            defaultValue = "leader",
            description = "${COMPLETION-CANDIDATES}; default: ${DEFAULT-VALUE}")
    private KillTarget kill = KillTarget.LEADER;

    @Option(names = "--cluster-dir", description = "folder of start-cluster.sh, which knows the process ids")
    private Path clusterDir = Path.of("run", "cluster");

    @Option(names = "--durability", description = "synced or replicated; by default the cluster's own")
    private @Nullable String durability;

    @Option(names = "--started-at-ms", description = "when the cluster's start began; tells the time to the first ack")
    private long startedAtMs;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        TextLines text = TextLines.read(file, linesMax);
        out.printf("text        %s, %,d lines, %,d bytes%n", file, text.count(), text.bytes());
        Carrier carrier = new Carrier(bootstrapServer, text, kill, new NodeProcesses(clusterDir), out);
        CarryReport report = carrier.carry(durability);
        report.print(out, startedAtMs);
        out.flush();
        return report.problems().isEmpty() ? 0 : 1;
    }
}
