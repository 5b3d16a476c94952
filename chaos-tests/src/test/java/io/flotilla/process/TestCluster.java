package io.flotilla.process;

import io.flotilla.chaos.fault.ReplicaAgreement;
import io.flotilla.client.Admin;
import io.flotilla.client.ClusterDescription;
import io.flotilla.client.NewTopic;
import io.flotilla.client.ReplicaDigest;
import io.flotilla.client.TopicDescription;
import io.flotilla.client.TopicDescription.PartitionDescription;
import io.flotilla.client.TopicResult;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/**
 * A cluster of nodes on this host, combined or with a role each, started before the first test of a class and ended
 * after the last. When a test fails it prints the end of every node's output and keeps the nodes' folders. Register it
 * in a static field.
 */
final class TestCluster
        implements BeforeAllCallback, AfterEachCallback, AfterAllCallback, TestExecutionExceptionHandler {
    private static final Duration READY = Duration.ofSeconds(120);
    private static final int PORTS_PER_NODE = 4;

    private final List<Integer> controllers;
    private final List<Integer> founders;
    private final List<Integer> brokers;
    private final String clusterId = UUID.randomUUID().toString().replace("-", "");
    private final Path folder =
            Path.of("target", "process", clusterId.substring(0, 8)).toAbsolutePath();
    private final List<Integer> ports;
    private final Map<Integer, NodeProcess> nodes = new TreeMap<>();
    private final List<Admin> admins = new ArrayList<>();
    private final boolean behindProxies;
    /** By node; what other nodes, brokers and controllers alike, reach it through. Empty without any. */
    private final Map<Integer, TcpProxy> proxies = new TreeMap<>();

    private boolean failed;

    private TestCluster(
            List<Integer> controllers, List<Integer> founders, List<Integer> brokers, boolean behindProxies) {
        this.controllers = controllers;
        this.founders = founders;
        this.brokers = brokers;
        this.behindProxies = behindProxies;
        int last = Math.max(Collections.max(controllers), Collections.max(brokers));
        this.ports = FreePorts.take(last * PORTS_PER_NODE);
        for (int id = 1; id <= last; id++) {
            Path home = folder.resolve("node-" + id);
            nodes.put(id, new NodeProcess(home, properties(id, home, !founders.contains(id))));
        }
    }

    /** Nodes 1 to {@code size}, each broker and controller. */
    static TestCluster ofNodes(int size) {
        return new TestCluster(upTo(1, size), upTo(1, size), upTo(1, size), false);
    }

    /**
     * Nodes 1 to {@code size}, each broker and controller, and a proxy before the internal listener of each:
     * heartbeats, probes, the metadata feed and replication pass through it; the quorum's own replication does not.
     */
    static TestCluster ofNodesBehindProxies(int size) {
        return new TestCluster(upTo(1, size), upTo(1, size), upTo(1, size), true);
    }

    /** Nodes 1 to {@code controllers}, each a controller alone, and behind them so many brokers alone. */
    static TestCluster ofRoles(int controllers, int brokers) {
        return ofFounders(controllers, controllers, brokers);
    }

    /** As {@link #ofRoles}, of whose controllers only the first found the quorum; the others are not started. */
    static TestCluster ofFounders(int founders, int controllers, int brokers) {
        return new TestCluster(
                upTo(1, controllers), upTo(1, founders), upTo(controllers + 1, controllers + brokers), false);
    }

    /** A node that is not running as one that joins the quorum instead of having founded it; not started. */
    NodeProcess joining(int id) {
        Path home = folder.resolve("node-" + id);
        NodeProcess node = new NodeProcess(home, properties(id, home, true));
        nodes.put(id, node);
        return node;
    }

    private static List<Integer> upTo(int first, int last) {
        return IntStream.rangeClosed(first, last).boxed().toList();
    }

    private Map<String, String> properties(int id, Path home, boolean joins) {
        boolean broker = brokers.contains(id);
        boolean controller = controllers.contains(id);
        Map<String, String> properties = new TreeMap<>(Map.of(
                "process.roles",
                broker && controller ? "broker,controller" : broker ? "broker" : "controller",
                "node.id",
                Integer.toString(id),
                "cluster.id",
                clusterId,
                "listeners",
                (broker ? "CLIENT://" + client(id) + "," : "") + "INTERNAL://127.0.0.1:" + port(id, 1)));
        if (behindProxies) {
            properties.put("advertised.listeners", "CLIENT://" + client(id) + ",INTERNAL://" + internal(id));
        }
        // What a role does not need is left out, so that the tests show that it is not needed.
        if (controller && joins) {
            properties.merge("listeners", ",RAFT://127.0.0.1:" + port(id, 2), String::concat);
        } else if (controller) {
            properties.put("controller.quorum.voters", each(founders, node -> node + "@127.0.0.1:" + port(node, 2)));
        }
        if (broker || (controller && joins)) {
            properties.put("controller.quorum.bootstrap.servers", each(controllers, this::internal));
        }
        properties.put(
                broker ? "log.dirs" : "metadata.log.dir", home.resolve("data").toString());
        return properties;
    }

    private int port(int id, int which) {
        return ports.get((id - 1) * PORTS_PER_NODE + which);
    }

    /** Client endpoint of a node, "host:port". */
    String client(int id) {
        return "127.0.0.1:" + port(id, 0);
    }

