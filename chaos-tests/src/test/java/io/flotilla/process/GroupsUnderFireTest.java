package io.flotilla.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.client.CommittedOffset;
import io.flotilla.client.TopicPartition;
import io.flotilla.model.time.Clock;
import io.flotilla.model.time.SystemClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Members of a group and brokers are killed, leave and come back at random, under a keyed load. */
@Tag("process")
class GroupsUnderFireTest {
    private static final int SECONDS = Integer.getInteger("flotilla.process.groups.seconds", 20);
    private static final long SEED = Long.getLong("flotilla.process.groups.seed", 1);
    private static final int PARTITIONS = 12;
    private static final int NODES = 3;
    private static final int MEMBERS = 3;
    /** Records that are read between two deeds, at most. */
    private static final int CALM_MAX = 20_000;

    private static final Duration PROGRESS = Duration.ofSeconds(60);
    private static final String TOPIC = "fire";
    private static final Clock CLOCK = new SystemClock();

    @RegisterExtension
    static final TestCluster CLUSTER = TestCluster.ofNodes(NODES);

    private final Random random = new Random(SEED);
    private final CoordinatorView view = new CoordinatorView(CLUSTER, TOPIC);
    private final Map<Deed, Integer> done = new TreeMap<>();

    private enum Deed {
        KILL_MEMBER,
        CLOSE_MEMBER,
        KILL_BROKER
    }

    @Test
    void everyRecordIsReadAndNoneTwiceWithoutADeath() {
        CLUSTER.createTopic(TOPIC, PARTITIONS, NODES);
        GroupReaders readers = new GroupReaders(
                CLUSTER.config(Map.of()).get("bootstrap.servers"),
                TOPIC,
                CLUSTER.folder().resolve("journals"));
        Map<Integer, List<Integer>> acknowledged;
        try (readers;
                KeyedLoad load = KeyedLoad.on(CLUSTER, TOPIC, readers::read)) {
            for (int place = 0; place < MEMBERS; place++) {
                readers.start(place);
            }
            awaitMore(readers, 1);
            long beganNanos = CLOCK.nanos();
            while (CLOCK.nanos() - beganNanos < Duration.ofSeconds(SECONDS).toNanos()) {
                strike(readers);
                awaitMore(readers, 1 + random.nextInt(CALM_MAX));
            }
            load.end();
            assertThat(load.failures()).isEmpty();
            acknowledged = load.acknowledged();
            Await.nothingLacks(PROGRESS, () -> lag(acknowledged));
        }
        GroupHistory.Verdict verdict =
                GroupHistory.judge(readers.events(), KeyedLoad.KEYS, readers.killedAtNanos(), acknowledged);
        System.out.printf(
                "groups under fire, seed %d, %d s: %s, %d records, %d read again, longest pause %d ms, coordinator"
                        + " asked %d times, %d violations%n",
                SEED,
                SECONDS,
                done,
                verdict.fresh(),
                verdict.repeated(),
                longestPauseMs(readers),
                view.answers(),
                verdict.violations().size());
        assertThat(verdict.violations()).as("seed " + SEED).isEmpty();
        assertThat(view.violations()).as("seed " + SEED).isEmpty();
        assertThat(view.answers()).isPositive();
        assertThat(lag(acknowledged)).isEmpty();
    }

    private void strike(GroupReaders readers) {
        Deed deed = Deed.values()[random.nextInt(Deed.values().length)];
        int place = random.nextInt(MEMBERS);
        done.merge(deed, 1, Integer::sum);
        switch (deed) {
            case KILL_MEMBER -> {
                readers.kill(place);
                awaitMore(readers, 1 + random.nextInt(CALM_MAX));
                readers.start(place);
            }
            case CLOSE_MEMBER -> {
                readers.leave(place);
                awaitMore(readers, 1 + random.nextInt(CALM_MAX));
                readers.start(place);
            }
            case KILL_BROKER -> {
                int id = 1 + random.nextInt(NODES);
                CLUSTER.node(id).kill();
                awaitMore(readers, 1 + random.nextInt(CALM_MAX));
                CLUSTER.node(id).start();
                CLUSTER.awaitFullIsr();
            }
        }
    }

    /** Waits until so many more records were read, and looks at what the coordinator says meanwhile. */
    private void awaitMore(GroupReaders readers, long records) {
        long wanted = readers.read() + records;
        Await.nothingLacks(PROGRESS, () -> {
            view.look();
            return readers.read() >= wanted ? "" : "records read: " + readers.read() + " of " + wanted;
        });
    }

    /** What the group has not committed of what was acknowledged; empty when nothing. */
    private static String lag(Map<Integer, List<Integer>> acknowledged) {
        Map<TopicPartition, CommittedOffset> committed =
                CLUSTER.admin().groups().listConsumerGroupOffsets(TOPIC);
        Map<Integer, String> lags = new TreeMap<>();
        acknowledged.forEach((partition, numbers) -> {
            CommittedOffset offset = committed.get(new TopicPartition(TOPIC, partition));
            if (offset == null || offset.offset() < numbers.size()) {
                lags.put(partition, offset + " of " + numbers.size());
            }
        });
        return lags.isEmpty() ? "" : "uncommitted: " + lags;
    }

    /** The longest time in which no member read anything. */
    private static long longestPauseMs(GroupReaders readers) {
        long[] times = readers.events().stream()
                .filter(event -> event.kind() == GroupEvent.Kind.READ)
                .mapToLong(GroupEvent::atNanos)
                .sorted()
                .toArray();
        long longest = 0;
        for (int i = 1; i < times.length; i++) {
            longest = Math.max(longest, times[i] - times[i - 1]);
        }
        return longest / 1_000_000;
    }
}
