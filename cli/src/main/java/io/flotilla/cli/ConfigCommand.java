package io.flotilla.cli;

import io.flotilla.server.config.ConfigException;
import io.flotilla.server.config.NodeConfig;
import io.flotilla.server.config.ServerKey;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Checks and documents server.properties without starting anything. */
@Command(name = "config", description = "Check a server.properties file, or list its keys.")
final class ConfigCommand {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Command(name = "check", description = "Say everything that is wrong with a server.properties file.")
    int check(@Parameters(paramLabel = "FILE", description = "the server.properties file") Path file) {
        try {
            NodeConfig config = NodeConfig.load(file, System.getenv());
            spec.commandLine()
                    .getOut()
                    .println(file + " is good: node " + config.nodeId() + " of cluster " + config.clusterId());
            config.remarks().forEach(spec.commandLine().getOut()::println);
            spec.commandLine().getOut().flush();
            return 0;
        } catch (ConfigException e) {
            spec.commandLine().getErr().println(e.getMessage());
            return 1;
        }
    }

    @Command(name = "keys", description = "List every key with its default and meaning.")
    int keys() {
        Table table = new Table("KEY", "DEFAULT", "MEANING");
        for (ServerKey key : ServerKey.values()) {
            table.row(
                    key.key(),
                    key.defaultValue().map(v -> v.isEmpty() ? "-" : v).orElse("(must be set)"),
                    key.documentation());
        }
        table.print(spec.commandLine().getOut());
        return 0;
    }
}
