package io.flotilla.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One node as a process of the distribution, in a folder of its own. Owned by the test's thread; closed by its maker.
 */
final class NodeProcess implements AutoCloseable {
    private static final Duration DEATH = Duration.ofSeconds(30);
    private static final int TAIL_LINES = 40;
    private static final int UNSAFE_WARNINGS_FROM = 24;

    private final Path folder;
    private final Map<String, String> properties;
    private @Nullable Process process;

    NodeProcess(Path folder, Map<String, String> properties) {
        this.folder = folder;
        this.properties = new TreeMap<>(properties);
    }

    /** The first of the node's log.dirs. */
    Path data() {
        return logDirs().get(0);
    }

    List<Path> logDirs() {
        return Stream.of(property("log.dirs").split(",")).map(Path::of).toList();
    }

    String property(String name) {
        String value = properties.get(name);
        if (value == null) {
            throw new IllegalStateException("no " + name + " in " + properties);
        }
        return value;
    }

    Map<String, String> properties() {
        return new TreeMap<>(properties);
    }

    /** Starts it with its properties; returns at once. */
    void start() {
        if (isRunning()) {
            throw new IllegalStateException(folder + " runs already");
        }
        try {
            Files.createDirectories(folder);
            Path config = folder.resolve("server.properties");
            Files.writeString(
                    config,
                    properties.entrySet().stream()
                            .map(entry -> entry.getKey() + "=" + entry.getValue() + "\n")
                            .collect(Collectors.joining()));
            ProcessBuilder builder = new ProcessBuilder(command(config))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
            builder.environment()
                    .keySet()
                    .removeIf(name -> name.startsWith("FLOTILLA_") && !name.endsWith("LOG_LEVEL"));
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> command(Path config) {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(List.of("-Xms64m", "-Xmx512m", "-XX:+UseG1GC", "-XX:+ExitOnOutOfMemoryError"));
        command.addAll(quickStart());
        if (Runtime.version().feature() >= UNSAFE_WARNINGS_FROM) {
            command.addAll(List.of("--sun-misc-unsafe-memory-access=allow", "--enable-native-access=ALL-UNNAMED"));
        }
        command.add("-Dlogback.configurationFile=logback-server.xml");
        command.addAll(List.of("-cp", distribution() + "/*", "io.flotilla.cli.Main", "server", config.toString()));
        return command;
    }

    /**
     * What spares processes that live for seconds most of their CPU time: the class archive beside the distribution, as
     * scripts/flotilla takes it, and no compiling for the long run. The scenarios in containers run without the latter.
     */
    static List<String> quickStart() {
        List<String> options = new ArrayList<>(List.of("-XX:TieredStopAtLevel=1", "-Dio.netty.jfr.enabled=false"));
        Path archive = distribution().resolveSibling("classes.jsa");
        if (Files.isReadable(archive)) {
            options.addAll(List.of(
                    "-XX:SharedArchiveFile=" + archive,
                    "-Xlog:cds=off",
                    "-Xlog:cds+dynamic=off",
                    "-Xlog:class+path=off"));
        }
        return options;
    }

    /** The folder with the distribution's jars; the environment variable FLOTILLA_LIB names another one. */
    static Path distribution() {
        String given = System.getenv("FLOTILLA_LIB");
        Path lib = given == null ? Path.of("..", "cli", "target", "flotilla", "lib") : Path.of(given);
        if (!Files.isDirectory(lib)) {
            throw new IllegalStateException(lib.toAbsolutePath() + " does not exist; package the module cli first");
        }
        return lib.toAbsolutePath().normalize();
    }

    boolean isRunning() {
        return process != null && process.isAlive();
    }

    /** Memory that the running process has in RAM, MiB. */
    long residentMib() {
        Path status = Path.of("/proc", Long.toString(running().pid()), "status");
        try {
            return Files.readAllLines(status).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024)
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** SIGKILL, without waiting for the end. */
    void shoot() {
        running().destroyForcibly();
    }

    /** SIGKILL; returns when the process is gone. */
    void kill() {
        shoot();
        awaitExit(DEATH);
    }

    /** SIGSTOP: the process stays, holds its ports and connections, and does nothing. */
    void freeze() {
        signal("STOP");
    }

    /** SIGCONT: the process goes on as if no time had passed. */
    void thaw() {
        signal("CONT");
    }

    private void signal(String name) {
        try {
            Process kill = new ProcessBuilder(
                            "kill", "-" + name, Long.toString(running().pid()))
                    .start();
            if (!kill.waitFor(DEATH.toMillis(), TimeUnit.MILLISECONDS) || kill.exitValue() != 0) {
                throw new AssertionError("could not send SIG" + name + " to " + folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** SIGTERM; returns the exit code. */
    int stop() {
        running().destroy();
        return awaitExit(DEATH);
    }

    /** Waits until the process ends by itself; returns its exit code. */
    int awaitExit(Duration within) {
        Process ending = running();
        try {
            if (!ending.waitFor(within.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError(folder + " still runs after " + within + ":\n" + tail());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
        return ending.exitValue();
    }

    private Process running() {
        if (process == null) {
            throw new IllegalStateException(folder + " was never started");
        }
        return process;
    }

    private Path log() {
        return folder.resolve("server.log");
    }

    /** Everything that the node has printed, in all its runs. */
    String output() {
        try {
            return Files.exists(log()) ? Files.readString(log()) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The last lines that it printed. */
    String tail() {
        List<String> lines = output().lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
    }

    /** Kills the process if it runs; the folder stays. */
    @Override
    public void close() {
        if (isRunning()) {
            kill();
        }
    }
}
