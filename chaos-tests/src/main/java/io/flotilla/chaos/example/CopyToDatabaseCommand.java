package io.flotilla.chaos.example;

import io.flotilla.client.Admin;
import io.flotilla.client.Consumer;
import io.flotilla.client.TopicDescription;
import io.flotilla.client.TopicPartition;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs the example: kill it as often as you like, and start it again. */
@Command(
        name = "copy-to-database",
        description = {
            "Copy a topic into a database file (H2), each record exactly once, however often this is killed.",
            "A worked example of offsets that are kept outside the cluster."
        },
        mixinStandardHelpOptions = true)
public final class CopyToDatabaseCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(names = "--bootstrap-server", required = true, paramLabel = "HOST:PORT,...", description = "the brokers")
    private String bootstrapServer = "";

    @Option(names = "--topic", required = true, description = "what to copy")
    private String topic = "";

    @Option(names = "--database", required = true, description = "the file, without its ending .mv.db")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path database;

    @Option(
            names = "--records-max",
            defaultValue = "500",
            description = "in one transaction; default: ${DEFAULT-VALUE}")
    private int recordsMax;

    @Option(names = "--to-end", description = "end with what the topic holds now, instead of waiting for more")
    private boolean toEnd;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        Map<String, String> config = Map.of(
                "bootstrap.servers",
                bootstrapServer,
                "auto.offset.reset",
                "none",
                "max.poll.records",
                Integer.toString(recordsMax));
        try (Ledger ledger = Ledger.open(database);
                Consumer consumer = new Consumer(config)) {
            DatabaseCopy copy = new DatabaseCopy(consumer, ledger, describe());
            Map<TopicPartition, Long> ends =
                    consumer.endOffsets(copy.positions().keySet());
            while (!toEnd || !copy.hasReached(ends)) {
                int entered = copy.step();
                if (entered > 0) {
                    out.println("entered " + entered + " records");
                }
            }
        }
        return 0;
    }

    private TopicDescription describe() {
        try (Admin admin = new Admin(Map.of("bootstrap.servers", bootstrapServer))) {
            return Objects.requireNonNull(admin.describeTopics(List.of(topic)).get(topic));
        }
    }
}
