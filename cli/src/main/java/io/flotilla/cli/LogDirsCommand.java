package io.flotilla.cli;

import io.flotilla.client.Admin;
import io.flotilla.client.BrokerLogDirs;
import io.flotilla.client.LogDirDescription;
import io.flotilla.client.LogDirDescription.ReplicaDescription;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows where brokers keep their logs, and how that is. */
@Command(
        name = "log-dirs",
        description = {
            "Show brokers' log directories: whether they work, their space, and with --replicas the logs in them.",
            "Exits with 1 when a directory is offline, a log is damaged, or a broker cannot be asked."
        },
        mixinStandardHelpOptions = true)
final class LogDirsCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Option(names = "--describe", required = true, description = "describe the log directories")
    private boolean describe;

    @Option(names = "--broker-list", split = ",", paramLabel = "ID", description = "brokers; default: all")
    private List<Integer> brokers = List.of();

    @Option(names = "--topic-list", split = ",", paramLabel = "TOPIC", description = "topics; default: all")
    private List<String> topics = List.of();

    @Option(names = "--replicas", description = "list the logs, too, and not only those that are damaged")
    private boolean replicas;

    @Override
    public Integer call() throws Exception {
        List<BrokerLogDirs> found;
        try (Admin admin = new Admin(cluster.config(Map.of()))) {
            found = admin.describeLogDirs(brokers, topics);
        }
        output.print(
                out(),
                () -> {
                    table(found).print(out());
                    return logs(found);
                },
                () -> found.stream().map(LogDirsCommand::json).toList());
        return found.stream().allMatch(LogDirsCommand::sound) ? 0 : 1;
    }

    private static boolean sound(BrokerLogDirs broker) {
        return broker.error().isEmpty()
                && broker.dirs().stream()
                        .allMatch(dir -> dir.online()
                                && dir.replicas().stream()
                                        .allMatch(log -> log.damage().isEmpty()));
    }

    private static Table table(List<BrokerLogDirs> brokers) {
        Table table = new Table("Broker", "LogDir", "State", "Logs", "LogBytes", "FreeBytes", "Trouble");
        for (BrokerLogDirs broker : brokers) {
            broker.error()
                    .ifPresent(error -> table.row(
                            broker.brokerId(), "-", "unknown", "-", "-", "-", error.code() + ": " + error.message()));
            for (LogDirDescription dir : broker.dirs()) {
                table.row(
                        broker.brokerId(),
                        dir.path(),
                        dir.online() ? "online" : "offline",
                        dir.replicas().size(),
                        dir.logBytes(),
                        dir.freeBytes() < 0 ? "-" : dir.freeBytes(),
                        dir.failure());
            }
        }
        return table;
    }

    private Table logs(List<BrokerLogDirs> brokers) {
        Table table = new Table("Broker", "Topic", "Partition", "Bytes", "Start", "End", "DurableEnd", "Damage");
        for (BrokerLogDirs broker : brokers) {
            for (LogDirDescription dir : broker.dirs()) {
                for (ReplicaDescription log : dir.replicas()) {
                    if (replicas || !log.damage().isEmpty()) {
                        table.row(
                                broker.brokerId(),
                                log.topic().isEmpty() ? "(unknown)" : log.topic(),
                                log.partition(),
                                log.sizeBytes(),
                                log.logStart(),
                                log.logEnd(),
                                log.durableEnd(),
                                log.damage());
                    }
                }
            }
        }
        return table;
    }

    private static Map<String, Object> json(BrokerLogDirs broker) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("broker", broker.brokerId());
        json.put("error", broker.error().map(Object::toString).orElse(""));
        json.put("logDirs", broker.dirs().stream().map(LogDirsCommand::json).toList());
        return json;
    }

    private static Map<String, Object> json(LogDirDescription dir) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("path", dir.path());
        json.put("failure", dir.failure());
        json.put("logBytes", dir.logBytes());
        json.put("freeBytes", dir.freeBytes());
        json.put("replicas", dir.replicas().stream().map(LogDirsCommand::json).toList());
        return json;
    }

    private static Map<String, Object> json(ReplicaDescription log) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("topic", log.topic());
        json.put("partition", log.partition());
        json.put("sizeBytes", log.sizeBytes());
        json.put("logStartOffset", log.logStart());
        json.put("logEndOffset", log.logEnd());
        json.put("durableEndOffset", log.durableEnd());
        json.put("damage", log.damage());
        return json;
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
