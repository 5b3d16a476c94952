package io.flotilla.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.client.ConfigChange;
import io.flotilla.client.ConfigResource;
import io.flotilla.client.ElectionKind;
import io.flotilla.client.NewPartitions;
import io.flotilla.client.NewTopic;
import io.flotilla.client.OperationResult;
import io.flotilla.client.PartitionReassignment;
import io.flotilla.client.TopicDescription.PartitionDescription;
import io.flotilla.client.TopicPartition;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Partitions move, grow and change leaders under load, and every acknowledged record comes along. */
@Tag("process")
class ReassignmentTest {
    private static final int NODES = 4;
    private static final int PARTITIONS = 3;
    private static final Duration MOVED = Duration.ofSeconds(90);

    @RegisterExtension
    static final TestCluster CLUSTER = TestCluster.ofNodes(NODES);

    @Test
    void acknowledgedRecordsComeAlong() {
        create("moved");
        AckedLoad.Verdict verdict;
        try (AckedLoad load = AckedLoad.on(CLUSTER, "moved")) {
            load.awaitMore(1_500);
            // The leader of partition 0 goes, that of partition 1 stays, partition 2 loses a replica.
            move("moved", Map.of(0, List.of(4, 2, 3), 1, List.of(2, 4, 3), 2, List.of(3, 4)));
            awaitMoved("moved");
            load.awaitMore(1_500);
            CLUSTER.admin().electLeadersOfAll(ElectionKind.PREFERRED);
            for (int number = 0; number < PARTITIONS; number++) {
                int partition = number;
                Await.until("the preferred leader of partition " + number + " leads", MOVED, () -> {
                    PartitionDescription now = CLUSTER.partition("moved", partition);
                    return now.leader() == now.replicas().get(0);
                });
            }
            load.awaitMore(1_500);
            load.end();
            verdict = load.judge();
        }
        assertThat(verdict.failures()).isEmpty();
        assertThat(verdict).matches(AckedLoad.Verdict::isFlawless, "nothing lost, repeated or reordered");
        assertThat(CLUSTER.partition("moved", 0).replicas()).containsExactly(4, 2, 3);
        assertThat(CLUSTER.partition("moved", 1).replicas()).containsExactly(2, 4, 3);
        assertThat(CLUSTER.partition("moved", 2).replicas()).containsExactly(3, 4);
        assertThat(CLUSTER.awaitEqualReplicas("moved")).hasSize(8);
    }

    @Test
    void aMoveThatIsHeldBackCanBeCancelled() {
        create("kept");
        try (AckedLoad load = AckedLoad.on(CLUSTER, "kept")) {
            // More than the first fetch of a new replica may bring, or that could be in sync at once.
            load.valuesOf(2_000).awaitMore(1_500);
            load.valuesOf(1);
            throttle(ConfigChange.set("follower.replication.throttled.rate", "1"));
            move("kept", Map.of(0, List.of(1, 2, 4)));
            load.awaitMore(500);
            assertThat(CLUSTER.admin().listPartitionReassignments())
                    .singleElement()
                    .extracting(PartitionReassignment::adding)
                    .isEqualTo(List.of(4));

            move("kept", Map.of(0, List.of()));
            awaitMoved("kept");
            assertThat(CLUSTER.partition("kept", 0).replicas()).containsExactly(1, 2, 3);

            move("kept", Map.of(0, List.of(1, 2, 4)));
            throttle(ConfigChange.delete("follower.replication.throttled.rate"));
            awaitMoved("kept");
            assertThat(CLUSTER.partition("kept", 0).replicas()).containsExactly(1, 2, 4);
            load.end();
            assertThat(load.judge()).matches(AckedLoad.Verdict::isFlawless, "nothing lost, repeated or reordered");
        }
    }

    @Test
    void aTopicGrowsWhileItIsWritten() {
        create("grown");
        try (AckedLoad load = AckedLoad.on(CLUSTER, "grown")) {
            load.awaitMore(500);
            CLUSTER.admin()
                    .createPartitions(List.of(new NewPartitions("grown", 2 * PARTITIONS)))
                    .forEach(OperationResult::orThrow);
            load.awaitMore(1_500);
            load.end();
            AckedLoad.Verdict verdict = load.judge();
            assertThat(verdict.failures()).isEmpty();
            assertThat(verdict.lost() + verdict.repeated() + verdict.denied()).isZero();
        }
        assertThat(CLUSTER.awaitEqualReplicas("grown")).hasSize(6 * PARTITIONS);
    }

    /** On nodes 1 to 3; each of them leads one partition. */
    private static void create(String topic) {
        CLUSTER.createTopic(new NewTopic(
                topic, 0, 0, Map.of(), Map.of(0, List.of(1, 2, 3), 1, List.of(2, 3, 1), 2, List.of(3, 1, 2))));
        CLUSTER.awaitFullIsr();
    }

    private static void move(String topic, Map<Integer, List<Integer>> targets) {
        Map<TopicPartition, List<Integer>> named = new TreeMap<>();
        targets.forEach((number, target) -> named.put(new TopicPartition(topic, number), target));
        CLUSTER.admin().alterPartitionReassignments(named).forEach(OperationResult::orThrow);
    }

    private static void throttle(ConfigChange change) {
        CLUSTER.admin()
                .alterConfigs(Map.of(ConfigResource.broker(NODES), List.of(change)))
                .forEach(OperationResult::orThrow);
    }

    private static void awaitMoved(String topic) {
        Await.nothingLacks(
                MOVED,
                () -> CLUSTER.admin().listPartitionReassignments().stream()
                        .filter(move -> move.partition().topic().equals(topic))
                        .map(PartitionReassignment::toString)
                        .findFirst()
                        .orElse(""));
    }
}
