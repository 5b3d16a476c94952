package io.flotilla.cli;

import io.flotilla.server.ServerProcess;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Runs a node in the foreground until it is told to stop. */
@Command(
        name = "server",
        description = "Run a node until SIGTERM or SIGINT, which make it hand its leaderships over first.",
        mixinStandardHelpOptions = true)
final class ServerCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "FILE",
            description = "the server.properties file; FLOTILLA_LOG_DIRS and the like override it")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path file;

    @Override
    public Integer call() {
        return ServerProcess.run(file, System.getenv());
    }
}
