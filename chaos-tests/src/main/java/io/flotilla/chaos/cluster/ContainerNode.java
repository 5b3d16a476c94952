package io.flotilla.chaos.cluster;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/** A node in a container; its data survive its death. Not safe for several threads. Whoever makes it closes it. */
final class ContainerNode implements AutoCloseable {
    static final String LABEL = "io.flotilla.chaos";

    /** A node lives for seconds: what the optimising compiler spends would never pay. */
    static final String SHORT_LIVED_JVM = "-XX:TieredStopAtLevel=1";

    private static final int EXIT_CODE_OF_SIGKILL = 137;
    private static final int WATCH_MS = 20;
    private static final int WATCHES_MAX = 500;

    private final int id;
    private final GenericContainer<?> container;

    ContainerNode(String image, int id, int size, PrivateNetwork network) {
        this.id = id;
        String address = address(id, network);
        this.container = new GenericContainer<>(DockerImageName.parse(image))
                .withImagePullPolicy(Engine.NEVER_PULL)
                .withNetwork(network.network())
                .withNetworkAliases(name(id))
                .withEnv(environment(id, size, address))
                .withLabel(LABEL, "node")
                .withCreateContainerCmdModifier(
                        command -> command.withHostName(name(id)).withIpv4Address(address));
        knowNames(container, size, network);
    }

    /**
     * Names stand in the hosts file. The engine's own name server forgets a dead node, and then asks servers that an
     * internal network cannot reach: an answer takes 20 s.
     */
    static void knowNames(GenericContainer<?> container, int size, PrivateNetwork network) {
        for (int id = 1; id <= size; id++) {
            container.withExtraHost(name(id), address(id, network));
        }
    }

    static String name(int id) {
        return "node-" + id;
    }

    static String address(int id, PrivateNetwork network) {
        return network.address(10 + id);
    }

    private static Map<String, String> environment(int id, int size, String address) {
        StringBuilder voters = new StringBuilder();
        StringBuilder controllers = new StringBuilder();
        for (int other = 1; other <= size; other++) {
            String comma = other == 1 ? "" : ",";
            voters.append(comma).append(other).append('@').append(name(other)).append(":9094");
            controllers.append(comma).append(name(other)).append(":9093");
        }
        Map<String, String> environment = new TreeMap<>();
        environment.put("FLOTILLA_NODE_ID", Integer.toString(id));
        environment.put("FLOTILLA_CLUSTER_ID", "chaos");
        environment.put("FLOTILLA_CONTROLLER_QUORUM_VOTERS", voters.toString());
        environment.put("FLOTILLA_CONTROLLER_QUORUM_BOOTSTRAP_SERVERS", controllers.toString());
        // Clients are told addresses: the host, which asks who leads, cannot resolve the names.
        environment.put(
                "FLOTILLA_ADVERTISED_LISTENERS", "CLIENT://" + address + ":9092,INTERNAL://" + name(id) + ":9093");
        environment.put("FLOTILLA_HEAP", "512m");
        environment.put("FLOTILLA_OPTS", SHORT_LIVED_JVM);
        return environment;
    }

    int id() {
        return id;
    }

    void create() {
        container.start();
    }

    /** Kills the process with SIGKILL and waits until it is gone. */
    void kill() throws InterruptedException {
        docker().killContainerCmd(container.getContainerId()).withSignal("KILL").exec();
        ContainerState state = state();
        for (int watch = 0; Boolean.TRUE.equals(state.getRunning()); watch++) {
            if (watch == WATCHES_MAX) {
                throw new IllegalStateException("node " + id + " survives its kill");
            }
            TimeUnit.MILLISECONDS.sleep(WATCH_MS);
            state = state();
        }
        if (!Objects.equals(state.getExitCodeLong(), (long) EXIT_CODE_OF_SIGKILL)) {
            throw new IllegalStateException("node " + id + " was to die of SIGKILL but ended with "
                    + state.getExitCodeLong() + ": it was dying before");
        }
    }

    void startAgain() {
        docker().startContainerCmd(container.getContainerId()).exec();
    }

    boolean isRunning() {
        return Boolean.TRUE.equals(state().getRunning());
    }

    private ContainerState state() {
        return docker().inspectContainerCmd(container.getContainerId()).exec().getState();
    }

    private DockerClient docker() {
        return container.getDockerClient();
    }

    /** What it has printed in all its lives. */
    String log() {
        return container.getContainerId() == null ? "" : container.getLogs();
    }

    @Override
    public void close() {
        container.stop();
    }
}
