package io.flotilla.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * Runs a small cluster in this one process and uses it as a user would, so that the JVM meets the classes that nodes
 * and tools need; run with -XX:ArchiveClassesAtExit it leaves them in an archive, from which later starts take them
 * without parsing and verifying. Part of the build (scripts/archive-classes.sh); a node's end is the process's.
 */
@Command(
        name = "rehearse",
        hidden = true,
        description = "Run and use a small cluster on loopback in an empty folder, then end.",
        mixinStandardHelpOptions = true)
final class RehearseCommand implements Callable<Integer> {
    private static final int NODES = 3;
    private static final int PORTS_PER_NODE = 3;
    private static final String TOPIC = "rehearsal";

    @Parameters(paramLabel = "DIR", description = "an empty folder for the nodes; not deleted")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path folder;

    @Override
    public Integer call() throws IOException {
        List<Integer> ports = freePorts();
        for (int node = 0; node < NODES; node++) {
            Path file = properties(node, ports);
            Thread server = new Thread(() -> Main.run("server", file.toString()), "rehearsed-node-" + (node + 1));
            server.setDaemon(true);
            server.start();
        }
        System.setIn(new ByteArrayInputStream("a line\n".repeat(100).getBytes(StandardCharsets.UTF_8)));
        String cluster = each(node -> "127.0.0.1:" + port(ports, node, 0));
        List<List<String>> play = List.of(
                List.of("cluster", "ready", "--brokers", "" + NODES, "--first-write"),
                List.of("cluster", "describe"),
                List.of("topics", "--create", "--topic", TOPIC, "--partitions", "6"),
                List.of("console-producer", "--topic", TOPIC),
                List.of("console-consumer", "--topic", TOPIC, "--from-beginning", "--max-messages", "100"),
                List.of("topics", "--describe", "--output", "json"),
                List.of("topics", "--verify-replicas", "--topic", TOPIC),
                List.of("metadata-quorum", "describe", "--status"));
        for (List<String> act : play) {
            List<String> arguments = new ArrayList<>(act);
            arguments.addAll(List.of("--bootstrap-server", cluster));
            int code = Main.run(arguments.toArray(String[]::new));
            if (code != 0) {
                return code;
            }
        }
        return 0;
    }

    private static List<Integer> freePorts() throws IOException {
        List<ServerSocket> held = new ArrayList<>();
        try {
            for (int i = 0; i < NODES * PORTS_PER_NODE; i++) {
                held.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            return held.stream().map(ServerSocket::getLocalPort).toList();
        } finally {
            for (ServerSocket socket : held) {
                socket.close();
            }
        }
    }

    private static int port(List<Integer> ports, int node, int which) {
        return ports.get(node * PORTS_PER_NODE + which);
    }

    private static String each(IntFunction<String> text) {
        return IntStream.range(0, NODES).mapToObj(text).collect(Collectors.joining(","));
    }

    private Path properties(int node, List<Integer> ports) throws IOException {
        Path home = Files.createDirectories(folder.resolve("node-" + (node + 1)));
        return Files.writeString(home.resolve("server.properties"), """
                process.roles=broker,controller
                node.id=%d
                cluster.id=rehearsal
                listeners=CLIENT://127.0.0.1:%d,INTERNAL://127.0.0.1:%d
                controller.quorum.voters=%s
                controller.quorum.bootstrap.servers=%s
                log.dirs=%s
                """.formatted(
                        node + 1,
                        port(ports, node, 0),
                        port(ports, node, 1),
                        each(voter -> voter + 1 + "@127.0.0.1:" + port(ports, voter, 2)),
                        each(other -> "127.0.0.1:" + port(ports, other, 1)),
                        home.resolve("data")));
    }
}
