package io.flotilla.bench.cluster;

import io.flotilla.bench.load.LoadClients;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Kafka's nodes: combined, KRaft, with the JVM options of its own launcher and a heap of 1 GiB. */
public final class KafkaNodes implements Nodes {
    private static final int CLIENT = 0;
    private static final int CONTROLLER = 1;
    private static final String CLUSTER_ID = "AAAAAAAAAAAAAAAAAAAAAQ";

    private final Home home;

    public KafkaNodes(Home home) {
        this.home = home;
    }

    @Override
    public LoadClients system() {
        return LoadClients.KAFKA;
    }

    @Override
    public List<String> properties(int node, int size, Path folder, Ports ports) {
        return List.of(
                "process.roles=broker,controller",
                "node.id=" + node,
                "listeners=PLAINTEXT://" + ports.endpoint(node, CLIENT) + ",CONTROLLER://"
                        + ports.endpoint(node, CONTROLLER),
                "controller.listener.names=CONTROLLER",
                "controller.quorum.voters="
                        + IntStream.rangeClosed(1, size)
                                .mapToObj(id -> id + "@" + ports.endpoint(id, CONTROLLER))
                                .collect(Collectors.joining(",")),
                "offsets.topic.replication.factor=" + size,
                "log.dirs=" + folder.resolve("data"));
    }

    @Override
    public void format(Path folder) throws IOException {
        Process process = new ProcessBuilder(
                        Home.java(),
                        "-Xmx256m",
                        "-cp",
                        Home.jars(home.kafka().resolve("lib")),
                        "kafka.tools.StorageTool",
                        "format",
                        "-t",
                        CLUSTER_ID,
                        "-c",
                        folder.resolve("server.properties").toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("format.log").toFile())
                .start();
        try {
            if (process.waitFor() != 0) {
                throw new IOException("Kafka's format failed; see " + folder.resolve("format.log"));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while Kafka formats " + folder, e);
        }
    }

    @Override
    public List<String> command(Path folder) {
        return List.of(
                Home.java(),
                "-server",
                "-Xms1g",
                "-Xmx1g",
                "-XX:+UseG1GC",
                "-XX:MaxGCPauseMillis=20",
                "-XX:InitiatingHeapOccupancyPercent=35",
                "-XX:+ExplicitGCInvokesConcurrent",
                "-Djava.awt.headless=true",
                "-Dlog4j2.configurationFile=" + home.kafka().resolve("log4j2.properties"),
                "-cp",
                Home.jars(home.kafka().resolve("lib")),
                "kafka.Kafka",
                folder.resolve("server.properties").toString());
    }

    @Override
    public String client(int node, Ports ports) {
        return ports.endpoint(node, CLIENT);
    }

    /** Kafka's own versions of the libraries that both use come first. */
    @Override
    public String driverClassPath() {
        return Home.jars(home.kafka().resolve("lib")) + ":" + Home.jars(home.benchLib()) + ":"
                + Home.jars(home.flotillaLib());
    }
}
