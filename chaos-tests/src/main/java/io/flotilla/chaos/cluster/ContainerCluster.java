package io.flotilla.chaos.cluster;

import io.flotilla.client.Admin;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Combined nodes in containers, numbered from 1, on a network of their own. For one thread, except {@link #admin}.
 * Whoever makes it closes it, which removes the containers and their data.
 */
public final class ContainerCluster implements AutoCloseable {
    private static final Duration WATCHING = Duration.ofSeconds(3);

    private final String image;
    private final PrivateNetwork network = PrivateNetwork.create();
    private final Map<Integer, ContainerNode> nodes = new TreeMap<>();
    private final String endpoints;
    private final Admin admin;

    /** Starts so many nodes; they need some seconds until they serve. */
    public ContainerCluster(String image, int size) {
        this.image = image;
        for (int id = 1; id <= size; id++) {
            nodes.put(id, new ContainerNode(image, id, size, network));
        }
        this.endpoints = nodes.keySet().stream()
                .map(id -> ContainerNode.address(id, network) + ":9092")
                .collect(Collectors.joining(","));
        this.admin = newAdmin(WATCHING);
        try {
            nodes.values().parallelStream().forEach(ContainerNode::create);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    public int size() {
        return nodes.size();
    }

    /** Asks the cluster from this host, each call for 3 s at most. Any thread. */
    public Admin admin() {
        return admin;
    }

    /** Asks the cluster from this host, each call for so long at most. Any thread; whoever asks for it closes it. */
    public Admin newAdmin(Duration patience) {
        return new Admin(
                Map.of("bootstrap.servers", endpoints, "default.api.timeout.ms", Long.toString(patience.toMillis())));
    }

    /** Kills a node with SIGKILL and waits until it is gone. */
    public void kill(int id) throws InterruptedException {
        node(id).kill();
    }

    /** Starts a killed node again, with the data that it left. */
    public void start(int id) {
        node(id).startAgain();
    }

    /** A container beside the nodes in which load will run. */
    public DriverContainer driver(String... arguments) {
        return new DriverContainer(image, network, endpoints, arguments);
    }

    /** Hands over what each node has printed in all its lives. */
    public void forEachLog(BiConsumer<String, String> taker) {
        nodes.values().forEach(node -> taker.accept(ContainerNode.name(node.id()), node.log()));
    }

    /** Names the nodes that have died unbidden. */
    public void forEachDead(Consumer<Integer> taker) {
        nodes.values().stream().filter(node -> !node.isRunning()).forEach(node -> taker.accept(node.id()));
    }

    private ContainerNode node(int id) {
        return Objects.requireNonNull(nodes.get(id), () -> "there is no node " + id);
    }

    @Override
    public void close() {
        admin.close();
        nodes.values().forEach(ContainerNode::close);
        network.close();
    }
}
