package io.flotilla.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.proto.v1.ProduceResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A node that cannot start says why and what to do, and harms nothing: afterwards the right start works. */
@Tag("process")
class BadStartTest {
    private static final String TOPIC = "kept";
    private static final int REFUSED = 1;
    private static final Duration START = Duration.ofSeconds(30);

    private static final Set<String> NOT_LED = Set.of("LEADER_NOT_AVAILABLE", "NOT_LEADER_OR_FOLLOWER");

    @RegisterExtension
    static final TestCluster CLUSTER = TestCluster.ofNodes(1);

    @BeforeAll
    static void keepARecord() {
        CLUSTER.createTopic(TOPIC, 1, 1);
        CLUSTER.leader(TOPIC, 0);
        assertThat(produce("first").hasError()).isFalse();
    }

    @AfterEach
    void theNodeServesOn(TestInfo test) {
        if (!CLUSTER.node(1).isRunning()) {
            CLUSTER.node(1).start();
        }
        CLUSTER.awaitReady(1);
        CLUSTER.leader(TOPIC, 0);
        ProduceResponse acked = produce(test.getDisplayName());
        assertThat(acked.hasError()).as(acked.toString()).isFalse();
        try (StubClient stub = new StubClient(CLUSTER.client(1))) {
            assertThat(stub.fetch(TOPIC, 0).getBatches(0).getPayload().toStringUtf8())
                    .contains("first");
            assertThat(stub.fetch(TOPIC, acked.getBaseOffset())
                            .getBatches(0)
                            .getPayload()
                            .toStringUtf8())
                    .contains(test.getDisplayName());
        }
    }

    /** Sends until the partition is led: a node that is just back may still show what was before it registered. */
    private static ProduceResponse produce(String value) {
        AtomicReference<ProduceResponse> answer = new AtomicReference<>();
        try (StubClient stub = new StubClient(CLUSTER.client(1))) {
            Await.until("the partition has a leader", START, () -> {
                answer.set(stub.produce(StubClient.request(TOPIC, StubClient.batch(List.of(value)))));
                return !NOT_LED.contains(answer.get().getError().getReason());
            });
        }
        return answer.get();
    }

    /** Starts a node with the running one's properties, some of them changed; it must end by itself. */
    private static String refused(Map<String, String> changes) {
        Map<String, String> properties = CLUSTER.node(1).properties();
        properties.putAll(changes);
        Path folder = CLUSTER.folder().resolve("refused-" + System.identityHashCode(properties));
        try (NodeProcess node = new NodeProcess(folder, properties)) {
            node.start();
            assertThat(node.awaitExit(START)).as(node.output()).isEqualTo(REFUSED);
            return node.output();
        }
    }

    private static String elsewhere(String name) {
        return CLUSTER.folder().resolve(name).toString();
    }

    @Test
    void aMistypedKey() {
        assertThat(refused(Map.of("num.partition", "3")))
                .contains("unknown key num.partition: did you mean num.partitions?");
    }

    @Test
    void everyProblemOfTheConfigurationAtOnce() {
        assertThat(refused(Map.of("zookeeper.connect", "localhost:2181", "num.partitions", "many")))
                .contains("2 problems", "zookeeper.connect", "controller.quorum", "num.partitions=many");
    }

    @Test
    void aTakenPort() {
        String listeners = CLUSTER.node(1).property("listeners");
        assertThat(refused(Map.of("log.dirs", elsewhere("taken"), "controller.quorum.voters", freeVoter())))
                .contains("cannot bind 127.0.0.1:")
                .containsAnyOf(listeners
                        .replace("CLIENT://", "")
                        .replace("INTERNAL://", "")
                        .split(","));
    }

    private static String freeVoter() {
        return "1@127.0.0.1:" + FreePorts.take(1).get(0);
    }

    @Test
    void aDirectoryInUse() {
        assertThat(refused(Map.of()))
                .contains(CLUSTER.node(1).data().toString())
                .containsIgnoringCase("use");
    }

    @Test
    void aFileInPlaceOfTheDirectory() throws IOException {
        Path file = Files.writeString(Path.of(elsewhere("a-file")), "somebody's");
        assertThat(refused(Map.of("log.dirs", file.toString()))).contains(file.toString());
        assertThat(file).hasContent("somebody's");
    }

    @Test
    void aDirectoryThatCannotBeWritten() {
        assertThat(refused(Map.of("log.dirs", "/proc/flotilla"))).contains("/proc/flotilla");
    }

    @Test
    void aDirectoryWithSomebodyElsesFiles() throws IOException {
        Path foreign = Files.createDirectories(Path.of(elsewhere("foreign")));
        Files.writeString(foreign.resolve("thesis.txt"), "somebody's");
        assertThat(refused(Map.of("log.dirs", foreign.toString(), "metadata.log.dir", elsewhere("quorum"))))
                .contains("is not a Flotilla log directory", "thesis.txt");
        assertThat(foreign.resolve("thesis.txt")).hasContent("somebody's");
    }

    @Test
    void theDirectoryOfAnotherCluster() {
        CLUSTER.node(1).kill();
        assertThat(refused(Map.of("cluster.id", "another"))).contains("belongs to cluster", "another", "cluster.id");
    }

    @Test
    void theDirectoryOfAnotherNode() {
        CLUSTER.node(1).kill();
        String voters = CLUSTER.node(1).property("controller.quorum.voters").replaceFirst("1@", "2@");
        assertThat(refused(Map.of("node.id", "2", "controller.quorum.voters", voters)))
                .contains("belongs to node", "node.id");
    }

    @Test
    void aQuorumLogThatIsGone() throws IOException {
        CLUSTER.node(1).kill();
        Path raft = CLUSTER.node(1).data().resolve("__metadata").resolve("raft");
        Path away = CLUSTER.folder().resolve("raft-away");
        Files.move(raft, away);
        try {
            assertThat(refused(Map.of())).contains("holds none", "was lost, emptied or is not mounted");
        } finally {
            delete(raft);
            Files.move(away, raft);
        }
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (var files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    @Test
    void aTornTailIsCutOff() throws IOException {
        ProduceResponse acked = produce("before the tear");
        CLUSTER.node(1).kill();
        Path segment = Segments.of(CLUSTER.node(1)).get(0);
        long whole = Files.size(segment);
        byte[] bytes = Files.readAllBytes(segment);
        // The beginning of a batch that was never finished: the first one of the segment, cut.
        Files.write(segment, Arrays.copyOf(bytes, 60), StandardOpenOption.APPEND);
        CLUSTER.node(1).start();
        CLUSTER.awaitReady(1);
        CLUSTER.leader(TOPIC, 0);
        assertThat(Files.size(segment)).isEqualTo(whole);
        assertThat(produce("after the tear").getBaseOffset()).isEqualTo(acked.getLastOffset() + 1);
    }
}
