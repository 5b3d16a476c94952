package io.flotilla.cli;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How every tool finds its cluster. */
final class ClusterOptions {
    @Option(
            names = "--bootstrap-server",
            required = true,
            paramLabel = "HOST:PORT,...",
            description = "client listeners of one or more brokers")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String bootstrapServer;

    @Option(names = "--command-config", paramLabel = "FILE", description = "properties for the client")
    private @Nullable Path commandConfig;

    @Option(
            names = "--zookeeper",
            hidden = true,
            description = "refused: Flotilla needs no ZooKeeper; use --bootstrap-server")
    private @Nullable String zookeeper;

    /** The client's configuration; {@code extra} wins over the file. */
    Map<String, String> config(Map<String, String> extra) throws IOException, CommandFailure {
        if (zookeeper != null) {
            throw new CommandFailure("--zookeeper: Flotilla needs no ZooKeeper; use --bootstrap-server");
        }
        Map<String, String> config = new HashMap<>();
        if (commandConfig != null) {
            Properties properties = new Properties();
            try (Reader reader = Files.newBufferedReader(commandConfig, StandardCharsets.UTF_8)) {
                properties.load(reader);
            }
            properties.stringPropertyNames().forEach(name -> config.put(name, properties.getProperty(name)));
        }
        config.put("bootstrap.servers", bootstrapServer);
        config.putAll(extra);
        return config;
    }
}
