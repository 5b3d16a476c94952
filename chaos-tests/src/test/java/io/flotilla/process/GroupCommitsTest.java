package io.flotilla.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.client.CommittedOffset;
import io.flotilla.client.Consumer;
import io.flotilla.client.OffsetAndMetadata;
import io.flotilla.client.TopicPartition;
import io.flotilla.model.time.Clock;
import io.flotilla.model.time.SystemClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Groups that share one coordinator commit as fast as they can; then it dies, and another reads what they committed.
 */
@Tag("process")
class GroupCommitsTest {
    /** Offsets that are committed; 1,000,000 take minutes. */
    private static final int COMMITS = Integer.getInteger("flotilla.process.groups.commits", 20_000);

    private static final int GROUPS = 16;
    private static final int PARTITIONS = 12;
    private static final Duration SERVED = Duration.ofSeconds(60);
    private static final Clock CLOCK = new SystemClock();

    @RegisterExtension
    static final TestCluster CLUSTER = TestCluster.ofNodes(3, Map.of("offsets.topic.num.partitions", "1"));

    @Test
    void whatWasCommittedOutlivesTheCoordinator() {
        CLUSTER.createTopic("commits", PARTITIONS, 3);
        int rounds = COMMITS / GROUPS / PARTITIONS;
        long beganNanos = CLOCK.nanos();
        commitAll(rounds);
        double seconds = (CLOCK.nanos() - beganNanos) / 1e9;
        int commits = rounds * GROUPS * PARTITIONS;
        System.out.printf(
                "%d offsets of %d groups committed, %d a request, in %.1f s: %.0f offsets/s%n",
                commits, GROUPS, PARTITIONS, seconds, commits / seconds);

        int coordinator = CLUSTER.leader("__consumer_offsets", 0);
        CLUSTER.node(coordinator).kill();
        long killedAtNanos = CLOCK.nanos();
        for (int group = 0; group < GROUPS; group++) {
            String name = name(group);
            List<CommittedOffset> found = new ArrayList<>();
            Await.until("the offsets of " + name + " are told", SERVED, () -> {
                found.clear();
                found.addAll(
                        CLUSTER.admin().groups().listConsumerGroupOffsets(name).values());
                return true;
            });
            if (group == 0) {
                System.out.printf(
                        "the next coordinator told offsets %d ms after kill -9, having read %d commits%n",
                        TimeUnit.NANOSECONDS.toMillis(CLOCK.nanos() - killedAtNanos), commits);
            }
            assertThat(found)
                    .hasSize(PARTITIONS)
                    .allSatisfy(offset -> assertThat(offset.offset()).isEqualTo(rounds));
        }
        CLUSTER.node(coordinator).start();
        CLUSTER.awaitFullIsr();
    }

    private static void commitAll(int rounds) {
        ExecutorService threads = Executors.newFixedThreadPool(GROUPS);
        try {
            CompletableFuture.allOf(IntStream.range(0, GROUPS)
                            .mapToObj(group -> CompletableFuture.runAsync(() -> commit(name(group), rounds), threads))
                            .toArray(CompletableFuture[]::new))
                    .join();
        } finally {
            threads.shutdown();
        }
    }

    private static void commit(String group, int rounds) {
        Set<TopicPartition> partitions = IntStream.range(0, PARTITIONS)
                .mapToObj(partition -> new TopicPartition("commits", partition))
                .collect(Collectors.toCollection(TreeSet::new));
        try (Consumer consumer =
                new Consumer(CLUSTER.config(Map.of("group.id", group, "enable.auto.commit", "false")))) {
            for (int round = 1; round <= rounds; round++) {
                Map<TopicPartition, OffsetAndMetadata> offsets = new TreeMap<>();
                OffsetAndMetadata offset = new OffsetAndMetadata(round);
                partitions.forEach(partition -> offsets.put(partition, offset));
                consumer.commitSync(offsets);
            }
        }
    }

    private static String name(int group) {
        return "committers-" + group;
    }
}
