package io.flotilla.bench.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The processes of one cluster, for one round; closing it kills them and deletes their data. Used by one thread. */
public final class Cluster implements AutoCloseable {
    private static final double MILLIS = 1e3;

    private final Nodes nodes;
    private final Path folder;
    private final Ports ports;
    private final int size;
    private final String driverClassPath;
    private final Map<Integer, Process> processes = new TreeMap<>();
    private double killedCpuSeconds;
    private boolean failed = true;

    /** Prepares the folders of so many nodes; none is started. */
    public Cluster(Nodes nodes, Home home, Ports ports, int size) throws IOException {
        this.nodes = nodes;
        this.folder = home.work().resolve(nodes.system().name().toLowerCase(Locale.ROOT));
        this.ports = ports;
        this.size = size;
        this.driverClassPath = nodes.driverClassPath();
        delete(folder);
        for (int node = 1; node <= size; node++) {
            Path of = folder(node);
            Files.createDirectories(of.resolve("data"));
            Files.write(of.resolve("server.properties"), nodes.properties(node, size, of, ports));
            nodes.format(of);
        }
    }

    private Path folder(int node) {
        return folder.resolve("node-" + node);
    }

    public void start() throws IOException {
        for (int node = 1; node <= size; node++) {
            start(node);
        }
    }

    /** Starts a node, for the first time or again. */
    public void start(int node) throws IOException {
        processes.put(
                node,
                new ProcessBuilder(nodes.command(folder(node)))
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(
                                folder(node).resolve("server.log").toFile()))
                        .start());
    }

    /** Kills a node with SIGKILL. */
    public void kill(int node) {
        Process process = running(node);
        killedCpuSeconds += cpuSeconds(process);
        process.destroyForcibly();
        process.onExit().join();
    }

    /** Ends a node with SIGTERM and waits for its end. */
    public void stop(int node) {
        Process process = running(node);
        process.destroy();
        process.onExit().join();
    }

    /** SIGSTOP: the node keeps its ports and connections, and does nothing. */
    public void freeze(int node) throws IOException {
        signal(node, "STOP");
    }

    /** SIGCONT. */
    public void thaw(int node) throws IOException {
        signal(node, "CONT");
    }

    private void signal(int node, String name) throws IOException {
        int exit = new ProcessBuilder(
                        "kill", "-" + name, Long.toString(running(node).pid()))
                .inheritIO()
                .start()
                .onExit()
                .join()
                .exitValue();
        if (exit != 0) {
            throw new IOException("could not send SIG" + name + " to node " + node);
        }
    }

    private Process running(int node) {
        Process process = processes.get(node);
        if (process == null || !process.isAlive()) {
            throw new IllegalStateException("node " + node + " does not run; see " + folder);
        }
        return process;
    }

    public int size() {
        return size;
    }

    /** Seconds of CPU that the nodes have used, the killed ones included. */
    public double cpuSeconds() {
        return killedCpuSeconds
                + processes.values().stream()
                        .filter(Process::isAlive)
                        .mapToDouble(Cluster::cpuSeconds)
                        .sum();
    }

    private static double cpuSeconds(Process process) {
        return process.info().totalCpuDuration().orElse(Duration.ZERO).toMillis() / MILLIS;
    }

    /** Starts a load generator of this system against this cluster. */
    public Driver drive(String command, String topic, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                command,
                "--system",
                nodes.system().name(),
                "--bootstrap-server",
                IntStream.rangeClosed(1, size)
                        .mapToObj(node -> nodes.client(node, ports))
                        .collect(Collectors.joining(",")),
                "--topic",
                topic));
        arguments.addAll(List.of(more));
        return Driver.start(driverClassPath, arguments, folder.resolve("driver.log"));
    }

    /** The round was measured: nobody needs what the nodes leave. */
    public void measured() {
        failed = false;
    }

    @Override
    public void close() throws IOException {
        processes.values().forEach(Process::destroyForcibly);
        for (Process process : processes.values()) {
            process.onExit().join();
        }
        if (!failed) {
            delete(folder);
        }
    }

    private static void delete(Path tree) throws IOException {
        if (!Files.exists(tree)) {
            return;
        }
        try (Stream<Path> files = Files.walk(tree)) {
            files.sorted(Comparator.reverseOrder()).forEach(Cluster::deleteOne);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static void deleteOne(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
