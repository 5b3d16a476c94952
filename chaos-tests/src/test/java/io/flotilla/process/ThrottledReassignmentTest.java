package io.flotilla.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.client.ConfigChange;
import io.flotilla.client.ConfigResource;
import io.flotilla.client.NewTopic;
import io.flotilla.client.OperationResult;
import io.flotilla.client.PartitionReassignment;
import io.flotilla.client.TopicPartition;
import io.flotilla.model.time.Clock;
import io.flotilla.model.time.SystemClock;
import java.io.File;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A hundred partitions move to a node within a rate, under load, while that node and a leader die: every acknowledged
 * record is there after, and what was copied never was more than the rate allows by then.
 */
@Tag("process")
class ThrottledReassignmentTest {
    private static final String TOPIC = "many";
    private static final int NODES = 4;
    private static final int NEW = 4;
    private static final int PARTITIONS = 100;
    private static final int FILL_RECORDS = 8_000;
    private static final int FILL_CHARS = 1_500;
    /** Bytes per second; filling the new replicas takes a dozen of them at the least. */
    private static final long RATE = 1 << 20;
    /** What a node lets through before it first waits, and a large batch at its end. */
    private static final long SLACK_BYTES = 256 << 10;

    private static final Duration MOVED = Duration.ofSeconds(120);

    @RegisterExtension
    static final TestCluster CLUSTER = TestCluster.ofNodes(NODES);

    private final Clock clock = new SystemClock();
    /** When the present run of the new node began to fetch, what it had, and what there was to fetch. */
    private long beganNanos;

    private long beganWith;
    private long filledBytes;
    private final List<String> excesses = new ArrayList<>();
    private int looks;

    @Test
    void aHundredPartitionsMoveWithinTheRateAndKeepEveryAcknowledgedRecord() {
        Map<Integer, List<Integer>> before = new TreeMap<>();
        Map<TopicPartition, List<Integer>> targets = new TreeMap<>();
        for (int number = 0; number < PARTITIONS; number++) {
            int first = number % 3 + 1;
            int second = first % 3 + 1;
            int third = second % 3 + 1;
            before.put(number, List.of(first, second, third));
            // Every other leader goes; where it stays, its second follower goes.
            targets.put(
                    new TopicPartition(TOPIC, number),
                    number % 2 == 0 ? List.of(NEW, second, third) : List.of(first, second, NEW));
        }
        CLUSTER.createTopic(new NewTopic(TOPIC, 0, 0, Map.of(), before));
        CLUSTER.awaitFullIsr();
        CLUSTER.awaitVotersInSync();
        AckedLoad.Verdict verdict;
        try (AckedLoad load = AckedLoad.on(CLUSTER, TOPIC)) {
            load.valuesOf(FILL_CHARS).awaitMore(FILL_RECORDS);
            load.valuesOf(1).atMost(500).awaitMore(100);
            limit();
            begin();
            CLUSTER.admin().alterPartitionReassignments(targets).forEach(OperationResult::orThrow);

            awaitCopied(filledBytes / 4);
            CLUSTER.node(NEW).kill();
            load.awaitMore(200);
            CLUSTER.node(NEW).start();
            CLUSTER.awaitReady(NODES);
            begin();
            awaitCopied(filledBytes / 2);
            int leader = leaderOfMoving();
            CLUSTER.node(leader).kill();
            load.awaitMore(200);
            CLUSTER.node(leader).start();
            awaitMoved();
            load.awaitMore(200);
            load.end();
            verdict = load.judge();
        }
        assertThat(excesses).as("of %s looks", looks).isEmpty();
        assertThat(verdict.failures()).isEmpty();
        assertThat(verdict).matches(AckedLoad.Verdict::isFlawless, "nothing lost, repeated or reordered");
        assertThat(replicas()).isEqualTo(targets);
        assertThat(CLUSTER.awaitEqualReplicas(TOPIC)).hasSize(PARTITIONS * 3);
    }

    private static void limit() {
        CLUSTER.admin()
                .alterConfigs(Map.of(
                        ConfigResource.broker(NEW),
                        List.of(ConfigChange.set("follower.replication.throttled.rate", Long.toString(RATE)))))
                .forEach(OperationResult::orThrow);
    }

    private void begin() {
        filledBytes = largestBytes();
        beganNanos = clock.nanos();
        beganWith = bytes(NEW);
    }

    /** Waits until the new node has so many bytes, while partitions are being moved. */
    private void awaitCopied(long wanted) {
        Await.nothingLacks(MOVED, () -> {
            long copied = look();
            return copied >= wanted ? "" : copied + " bytes on node " + NEW + ", fewer than " + wanted;
        });
    }

    private void awaitMoved() {
        Await.nothingLacks(MOVED, () -> {
            look();
            List<PartitionReassignment> left = CLUSTER.admin().listPartitionReassignments();
            return left.isEmpty() ? "" : left.size() + " partitions are being moved, such as " + left.get(0);
        });
    }

    /**
     * What has come to the new node, beyond all that was written meanwhile, was copied within the rate. Its bytes are
     * looked at first, and the time last: a slow look only makes the comparison milder.
     *
     * @return what the new node has
     */
    private long look() {
        long copied = bytes(NEW);
        long came = copied - beganWith;
        long written = largestBytes() - filledBytes;
        long allowed = RATE * (clock.nanos() - beganNanos) / 1_000_000_000L + written + SLACK_BYTES;
        looks++;
        if (came > allowed) {
            excesses.add(came + " bytes came to node " + NEW + ", where " + allowed + " are allowed");
        }
        return copied;
    }

    /** A broker from before the move that leads a partition on its way. */
    private static int leaderOfMoving() {
        PartitionReassignment moving =
                CLUSTER.admin().listPartitionReassignments().get(0);
        int leader = CLUSTER.leader(TOPIC, moving.partition().partition());
        assertThat(moving.adding()).doesNotContain(leader);
        return leader;
    }

    private static Map<TopicPartition, List<Integer>> replicas() {
        Map<TopicPartition, List<Integer>> replicas = new TreeMap<>();
        Objects.requireNonNull(CLUSTER.admin().describeTopics(List.of(TOPIC)).get(TOPIC))
                .partitions()
                .forEach(partition ->
                        replicas.put(new TopicPartition(TOPIC, partition.partition()), partition.replicas()));
        return replicas;
    }

    /** Of each partition the bytes of its longest log, together. */
    private static long largestBytes() {
        Map<String, Long> largest = new TreeMap<>();
        for (int id = 1; id <= NODES; id++) {
            logs(id).forEach((partition, bytes) -> largest.merge(partition, bytes, Math::max));
        }
        return largest.values().stream().mapToLong(Long::longValue).sum();
    }

    private static long bytes(int node) {
        return logs(node).values().stream().mapToLong(Long::longValue).sum();
    }

    /** Bytes of a node's logs, by partition. Logs of replicas that have moved away are deleted meanwhile. */
    private static Map<String, Long> logs(int node) {
        Map<String, Long> bytes = new TreeMap<>();
        for (File folder : files(CLUSTER.node(node).data().toFile())) {
            for (File file : files(folder)) {
                if (Segments.isSegment(file.toPath())) {
                    bytes.merge(folder.getName(), file.length(), Long::sum);
                }
            }
        }
        return bytes;
    }

    private static File[] files(File folder) {
        File[] files = folder.listFiles();
        return files == null ? new File[0] : files;
    }
}
