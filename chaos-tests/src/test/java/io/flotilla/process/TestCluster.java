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

    /** Of every node's file, beside what its place in the cluster asks for. */
    private final Map<String, String> settings = new TreeMap<>();

    private boolean failed;

    private TestCluster(
            List<Integer> controllers, List<Integer> founders, List<Integer> brokers, boolean behindProxies) {
        this(controllers, founders, brokers, behindProxies, Map.of());
    }

    private TestCluster(
            List<Integer> controllers,
            List<Integer> founders,
            List<Integer> brokers,
            boolean behindProxies,
            Map<String, String> more) {
        this.controllers = controllers;
        this.founders = founders;
        this.brokers = brokers;
        this.behindProxies = behindProxies;
        int last = Math.max(Collections.max(controllers), Collections.max(brokers));
        this.ports = FreePorts.take(last * PORTS_PER_NODE);
        for (int id = 1; id <= last; id++) {
            Path home = folder.resolve("node-" + id);
            Map<String, String> properties = properties(id, home, !founders.contains(id));
            properties.putAll(more);
            nodes.put(id, new NodeProcess(home, properties));
        }
    }

    /** Nodes 1 to {@code size}, each broker and controller. */
    static TestCluster ofNodes(int size) {
        return new TestCluster(upTo(1, size), upTo(1, size), upTo(1, size), false);
    }

    /** As {@link #ofNodes(int)}, with more in the server.properties of each. */
    static TestCluster ofNodes(int size, Map<String, String> more) {
        return new TestCluster(upTo(1, size), upTo(1, size), upTo(1, size), false, more);
    }

    /** As {@link #ofNodes}, each with so many log directories and with segments as small as they can be. */
    static TestCluster ofNodesWithLogDirs(int size, int logDirs) {
        TestCluster cluster = ofNodes(size);
        cluster.nodes.replaceAll((id, node) -> {
            Map<String, String> properties = node.properties();
            properties.put(
                    "log.dirs",
                    IntStream.rangeClosed(1, logDirs)
                            .mapToObj(number -> node.data() + "-" + number)
                            .collect(Collectors.joining(",")));
            properties.put("log.segment.bytes", Integer.toString(1 << 20));
            return new NodeProcess(cluster.folder.resolve("node-" + id), properties);
        });
        return cluster;
    }

    /** The same, with another place for one log directory of a node; before it is started. */
    TestCluster withLogDir(int id, int number, Path place) {
        Map<String, String> properties = node(id).properties();
        List<String> dirs =
                new ArrayList<>(List.of(node(id).property("log.dirs").split(",")));
        dirs.set(number, place.toString());
        properties.put("log.dirs", String.join(",", dirs));
        nodes.put(id, new NodeProcess(folder.resolve("node-" + id), properties));
        return this;
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

    /** The same with these keys in every node's file; before it is started. */
    TestCluster with(Map<String, String> more) {
        settings.putAll(more);
        nodes.replaceAll((id, node) -> {
            Path home = folder.resolve("node-" + id);
            return new NodeProcess(home, properties(id, home, !founders.contains(id)));
        });
        return this;
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
        Map<String, String> properties = new TreeMap<>(settings);
        properties.putAll(Map.of(
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

    /** Where other nodes reach a node. */
    String internal(int id) {
        return "127.0.0.1:" + port(id, behindProxies ? 3 : 1);
    }

    /** What stands between a node and the others. */
    TcpProxy proxy(int id) {
        return Objects.requireNonNull(proxies.get(id), () -> "no proxy before node " + id);
    }

    private static String each(List<Integer> ids, IntFunction<String> text) {
        return ids.stream().map(text::apply).collect(Collectors.joining(","));
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> nodes.values().forEach(NodeProcess::close), "end-nodes"));
        try {
            if (behindProxies) {
                nodes.keySet().forEach(id -> proxies.put(id, new TcpProxy(port(id, 3), port(id, 1))));
            }
            nodes.forEach((id, node) -> {
                if (founders.contains(id) || brokers.contains(id)) {
                    node.start();
                }
            });
            awaitReady(brokers.size());
        } catch (AssertionError e) {
            failed = true;
            dump();
            nodes.values().forEach(NodeProcess::close);
            throw e;
        }
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        failed = true;
        dump();
        throw failure;
    }

    private void dump() {
        nodes.forEach((id, node) -> System.out.println("---- node " + id + "\n" + node.tail()));
        System.out.println("---- all of it in " + folder);
    }

    /** A test that failed may have left a node down, which the next test has not asked for. */
    @Override
    public void afterEach(ExtensionContext context) {
        if (failed) {
            nodes.values().stream().filter(node -> !node.isRunning()).forEach(NodeProcess::start);
        }
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        admins.forEach(Admin::close);
        nodes.values().forEach(NodeProcess::close);
        proxies.values().forEach(TcpProxy::close);
        if (!failed) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    NodeProcess node(int id) {
        return Objects.requireNonNull(nodes.get(id), () -> "no node " + id);
    }

    List<NodeProcess> nodes() {
        return List.copyOf(nodes.values());
    }

    /** A folder for what a test leaves beside the nodes. */
    Path folder() {
        return folder;
    }

    /** A client's configuration: the cluster's endpoints and what else is given. */
    Map<String, String> config(Map<String, String> more) {
        Map<String, String> config = new TreeMap<>(more);
        config.put("bootstrap.servers", each(brokers, this::client));
        return config;
    }

    /** An admin, closed with the cluster. */
    Admin admin() {
        if (admins.isEmpty()) {
            admins.add(new Admin(config(Map.of("default.api.timeout.ms", "5000"))));
        }
        return admins.get(0);
    }

    TopicDescription createTopic(String name, int partitions, int replicationFactor) {
        return createTopic(new NewTopic(name, partitions, replicationFactor));
    }

    /**
     * Creates a topic and waits until the broker of every replica has it: the acknowledgement only says the quorum has.
     */
    TopicDescription createTopic(NewTopic topic) {
        int[] attempts = {0};
        Await.until("topic " + topic.name() + " is created", READY, () -> {
            attempts[0]++;
            TopicResult result = admin().createTopics(List.of(topic)).get(0);
            Optional<ErrorCode> refusal = result.error().map(FlotillaError::code);
            // A call that failed before may have created it.
            if (!result.succeeded()
                    && !(attempts[0] > 1 && refusal.equals(Optional.of(ErrorCode.TOPIC_ALREADY_EXISTS)))) {
                throw new AssertionError(result.toString());
            }
            return true;
        });
        awaitEqualReplicas(topic.name());
        return Objects.requireNonNull(
                admin().describeTopics(List.of(topic.name())).get(topic.name()));
    }

    PartitionDescription partition(String topic, int number) {
        return Objects.requireNonNull(admin().describeTopics(List.of(topic)).get(topic))
                .partitions()
                .get(number);
    }

    /** A partition, as soon as it has a leader that serves. */
    PartitionDescription led(String topic, int number) {
        List<PartitionDescription> seen = new ArrayList<>();
        Await.until(topic + "-" + number + " has a leader", READY, () -> {
            seen.add(partition(topic, number));
            return seen.get(seen.size() - 1).leader() > 0;
        });
        return seen.get(seen.size() - 1);
    }

    /** The leader of a partition, as soon as it has one that serves. */
    int leader(String topic, int number) {
        return led(topic, number).leader();
    }

    /**
     * Waits until a partition is led by another broker than before, in a later epoch: acknowledgements from the topic's
     * other partitions may come before this one has moved.
     */
    void awaitOtherLeader(String topic, PartitionDescription before) {
        Await.until(
                topic + "-" + before.partition() + " is led by another broker than " + before.leader(), READY, () -> {
                    PartitionDescription now = partition(topic, before.partition());
                    return now.leader() > 0
                            && now.leader() != before.leader()
                            && now.leaderEpoch() > before.leaderEpoch();
                });
    }

    /**
     * Waits until the leader's log, which is damaged, is kept aside, another broker has led, and all replicas are in
     * sync again, without a restart; the node must have told its operator.
     */
    void awaitRepaired(String topic, PartitionDescription before) {
        String partition = topic + "-" + before.partition();
        NodeProcess damaged = node(before.leader());
        Await.until(
                "broker " + before.leader() + " keeps the damaged log of " + partition + " aside",
                READY,
                () -> Segments.folders(damaged, partition).stream().anyMatch(name -> name.endsWith(".damaged-1")));
        Await.until( // whoever is asked may not have applied it yet
                "another leadership of " + partition + " than that of epoch " + before.leaderEpoch(),
                READY,
                () -> partition(topic, before.partition()).leaderEpoch() > before.leaderEpoch());
        awaitFullIsr();
        String output = damaged.output();
        if (!damaged.isRunning()) {
            throw new AssertionError("broker " + before.leader() + " has ended");
        }
        if (!output.contains("on this broker is damaged from offset ")
                || !output.contains("is kept as " + partition + ".")) {
            throw new AssertionError("broker " + before.leader() + " does not say what it found and did");
        }
    }

    /** Waits until so many brokers serve and there is an active controller. */
    void awaitReady(int serving) {
        Await.nothingLacks(READY, () -> lackingBrokers(serving));
    }

    private String lackingBrokers(int wanted) {
        ClusterDescription cluster = admin().describeCluster();
        long serving = cluster.brokers().stream()
                .filter(broker -> !broker.fenced() && !broker.shuttingDown())
                .count();
        return serving < wanted
                ? serving + " of " + wanted + " brokers serve"
                : cluster.controllerId() < 0 ? "there is no active controller" : "";
    }

    /** Waits until all brokers serve and every replica is in sync. */
    void awaitFullIsr() {
        awaitReady(brokers.size());
        Await.nothingLacks(
                READY,
                () -> admin().describeTopics().values().stream()
                        .flatMap(topic -> topic.partitions().stream()
                                .filter(partition -> partition.isr().size()
                                        < partition.replicas().size())
                                .map(partition -> topic.name() + "-" + partition.partition() + " lacks replicas: ISR "
                                        + partition.isr() + " of " + partition.replicas()))
                        .collect(Collectors.joining(", ")));
    }

    /**
     * Waits until every controller has all of the quorum's log: only then the quorum can do without any one of them.
     */
    void awaitVotersInSync() {
        Await.nothingLacks(
                READY,
                () -> admin().describeQuorum().voters().stream()
                        .filter(voter -> voter.lag() != 0)
                        .map(voter -> "controller " + voter.id() + " lags by " + voter.lag())
                        .collect(Collectors.joining(", ")));
    }

    /** Waits until the replicas of every partition of a topic hold the same bytes, up to the leader's end. */
    List<ReplicaDigest> awaitEqualReplicas(String topic) {
        List<ReplicaDigest> last = new ArrayList<>();
        Await.nothingLacks(READY, () -> {
            int partitions = Objects.requireNonNull(
                            admin().describeTopics(List.of(topic)).get(topic))
                    .partitions()
                    .size();
            ReplicaAgreement now = ReplicaAgreement.look(admin(), topic, partitions);
            last.clear();
            last.addAll(now.digests());
            return now.lacking();
        });
        return List.copyOf(last);
    }
}
