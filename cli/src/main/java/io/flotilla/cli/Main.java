package io.flotilla.cli;

import io.flotilla.model.error.FlotillaException;
import io.flotilla.server.ServerProcess;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.ParseResult;

/** Entry of the flotilla command. */
@Command(
        name = "flotilla",
        description = "A self-coordinating distributed log. Subcommands are Kafka's tools with Kafka's flags.",
        subcommands = {
            TopicsCommand.class,
            ConsoleProducerCommand.class,
            ConsoleConsumerCommand.class,
            ConsumerGroupsCommand.class,
            GetOffsetsCommand.class,
            ProducerPerfTestCommand.class,
            ConsumerPerfTestCommand.class,
            VerifiableProducerCommand.class,
            VerifiableConsumerCommand.class,
            MetadataQuorumCommand.class,
            ConfigsCommand.class,
            LeaderElectionCommand.class,
            ReassignPartitionsCommand.class,
            DeleteRecordsCommand.class,
            BrokersCommand.class,
            ExplainCommand.class,
            FeaturesCommand.class,
            LogDirsCommand.class,
            DumpLogCommand.class,
            ClusterCommand.class,
            ConfigCommand.class,
            ServerCommand.class,
            RehearseCommand.class,
            HelpCommand.class,
            GenerateCompletion.class
        },
        mixinStandardHelpOptions = true,
        version = "flotilla 0.1.0")
public final class Main {
    private Main() {}

    /** Runs one command and exits with its code: 0 done, 1 failed, 2 wrong usage. */
    public static void main(String[] args) {
        System.exit(run(args));
    }

    /** Runs one command; returns its exit code. */
    static int run(String... args) {
        if (isPlainServer(args)) {
            return ServerProcess.run(Path.of(args[1]), System.getenv());
        }
        ServerProcess.bridgeLogs();
        return commandLine().execute(args);
    }

    /** What every start of a node says; reading the commands' annotations would cost it a fifth of its CPU time. */
    private static boolean isPlainServer(String... args) {
        return args.length == 2 && args[0].equals("server") && !args[1].startsWith("-");
    }

    static CommandLine commandLine() {
        CommandLine commandLine = new CommandLine(new Main());
        commandLine.setOut(new PrintWriter(System.out, false, StandardCharsets.UTF_8));
        commandLine.setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8));
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        commandLine.setUsageHelpAutoWidth(true);
        commandLine.setExecutionExceptionHandler(Main::onFailure);
        return commandLine;
    }

    private static int onFailure(Exception failure, CommandLine command, ParseResult parsed) {
        Throwable cause = failure;
        while ((cause instanceof ExecutionException || cause instanceof CompletionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        String text = cause instanceof FlotillaException known
                ? known.error().code() + ": " + known.error().message()
                : cause instanceof CommandFailure ? String.valueOf(cause.getMessage()) : cause.toString();
        command.getOut().flush();
        command.getErr().println("flotilla " + command.getCommandName() + ": " + text);
        return 1;
    }
}
