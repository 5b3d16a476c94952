package io.flotilla.chaos;

import io.flotilla.chaos.carry.CarryFileCommand;
import io.flotilla.chaos.checker.CheckCommand;
import io.flotilla.chaos.example.CopyToDatabaseCommand;
import io.flotilla.chaos.mutant.MutantsCommand;
import io.flotilla.chaos.scenario.ListCommand;
import io.flotilla.chaos.scenario.RunCommand;
import io.flotilla.chaos.simulation.SimulateCommand;
import io.flotilla.chaos.workload.WorkloadCommand;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Entry of the chaos command, which the launcher runs as {@code flotilla chaos}. */
@Command(
        name = "chaos",
        description = "Run a story against a real cluster and judge what came out.",
        subcommands = {
            ListCommand.class,
            RunCommand.class,
            CheckCommand.class,
            SimulateCommand.class,
            MutantsCommand.class,
            WorkloadCommand.class,
            CarryFileCommand.class,
            CopyToDatabaseCommand.class,
            CommandLine.HelpCommand.class
        },
        mixinStandardHelpOptions = true)
public final class Main {
    private Main() {}

    /** Exits with 0 when the story held, 1 when it did not, 2 for wrong usage. */
    public static void main(String[] args) {
        CommandLine commandLine = new CommandLine(new Main());
        commandLine.setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        commandLine.setExecutionExceptionHandler((failure, command, parsed) -> {
            command.getErr().println("chaos " + command.getCommandName() + ": " + failure);
            return 1;
        });
        System.exit(commandLine.execute(args));
    }
}
