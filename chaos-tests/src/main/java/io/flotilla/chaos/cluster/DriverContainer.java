package io.flotilla.chaos.cluster;

import io.flotilla.chaos.workload.WorkloadCommand;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/** The container that puts load on the nodes. For one thread. Whoever makes it closes it. */
public final class DriverContainer implements AutoCloseable {
    private static final String HISTORY = "/var/lib/flotilla/history.jsonl";
    private static final String END = "/var/lib/flotilla/end";
    private static final String CHAOS_LIB = "/opt/flotilla/chaos-tests/target/flotilla/lib/";
    private static final Duration UNDER_WAY = Duration.ofMinutes(3);
    private static final int END_SECONDS_MAX = 300;

    private final GenericContainer<?> container;

    DriverContainer(String image, PrivateNetwork network, String endpoints, String... arguments) {
        List<String> command = new ArrayList<>(List.of("chaos", "workload", "--bootstrap-server", endpoints));
        command.addAll(List.of("--history", HISTORY, "--until", END));
        command.addAll(List.of(arguments));
        this.container = new GenericContainer<>(DockerImageName.parse(image))
                .withImagePullPolicy(Engine.NEVER_PULL)
                .withNetwork(network.network())
                .withLabel(ContainerNode.LABEL, "driver")
                .withEnv("FLOTILLA_OPTS", ContainerNode.SHORT_LIVED_JVM)
                .withCommand(command.toArray(String[]::new))
                .waitingFor(Wait.forLogMessage(".*" + WorkloadCommand.UNDER_WAY + ".*\\n", 1)
                        .withStartupTimeout(UNDER_WAY));
        harness()
                .forEach(jar -> container.withCopyFileToContainer(
                        MountableFile.forHostPath(jar, 0644), CHAOS_LIB + jar.getFileName()));
    }

    /** The jars of this module, which the image does not hold. */
    private static List<Path> harness() {
        try {
            Path self = Path.of(DriverContainer.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            Path lib = Files.isDirectory(self) ? self.resolveSibling("flotilla").resolve("lib") : self.getParent();
            try (var files = Files.list(lib)) {
                List<Path> jars = files.filter(file -> file.toString().endsWith(".jar"))
                        .sorted()
                        .toList();
                if (jars.isEmpty()) {
                    throw new IllegalStateException(lib + " holds no jar; run: mvn -q package -DskipTests");
                }
                return jars;
            }
        } catch (IOException | URISyntaxException e) {
            throw new IllegalStateException("cannot list the jars of this module; run: mvn -q package -DskipTests", e);
        }
    }

    /** Starts the load and waits until records are acknowledged. */
    public void start() {
        container.start();
    }

    public boolean isRunning() {
        return container.isRunning();
    }

    /** Ends the load, which then reads everything back; waits for that. */
    public void end() throws IOException, InterruptedException {
        ExecResult touched = container.execInContainer("touch", END);
        if (touched.getExitCode() != 0) {
            throw new IOException("cannot tell the driver to end: " + touched.getStderr());
        }
        for (int seconds = 0; container.isRunning() && seconds < END_SECONDS_MAX; seconds++) {
            TimeUnit.SECONDS.sleep(1);
        }
        if (container.isRunning()) {
            throw new IOException("the driver does not end within " + END_SECONDS_MAX + " s");
        }
    }

    /** Copies what is written so far; nothing when it was never started. */
    public void copyHistory(Path to) {
        if (container.getContainerId() == null) {
            return;
        }
        container.copyFileFromContainer(HISTORY, to.toString());
    }

    public String log() {
        return container.getContainerId() == null ? "" : container.getLogs();
    }

    @Override
    public void close() {
        container.stop();
    }
}
