package io.flotilla.bench;

import io.flotilla.bench.drive.DriveCommand;
import io.flotilla.bench.workload.FailoverCommand;
import io.flotilla.bench.workload.ListCommand;
import io.flotilla.bench.workload.RunCommand;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Entry of the bench command, which scripts/bench.sh runs. */
@Command(
        name = "bench",
        description = "Run the same work on Flotilla and on Apache Kafka in turn, on this host, and compare.",
        subcommands = {
            ListCommand.class,
            RunCommand.class,
            FailoverCommand.class,
            DriveCommand.class,
            CommandLine.HelpCommand.class
        },
        mixinStandardHelpOptions = true)
public final class Main {
    private Main() {}

    /** Exits with 0 when every round was measured, 1 when one was not, 2 for wrong usage. */
    public static void main(String[] args) {
        CommandLine commandLine = new CommandLine(new Main());
        commandLine.setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
        commandLine.setExecutionExceptionHandler((failure, command, parsed) -> {
            command.getErr().println("bench " + command.getCommandName() + ": " + failure);
            return 1;
        });
        System.exit(commandLine.execute(args));
    }
}
