package io.flotilla.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.client.Consumer;
import io.flotilla.client.ConsumerGroupDescription;
import io.flotilla.client.ConsumerRecord;
import io.flotilla.client.Producer;
import io.flotilla.client.ProducerRecord;
import io.flotilla.client.TopicPartition;
import io.flotilla.model.time.Clock;
import io.flotilla.model.time.SystemClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Consumers share topics of a real cluster: they join, leave, die, commit and come back. */
@Tag("process")
class ConsumerGroupTest {
    private static final int PARTITIONS = 12;
    private static final Duration SETTLED = Duration.ofSeconds(30);
    /** Less than a member may be away without losing what it holds. */
    private static final Duration BRIEFLY = Duration.ofMillis(1_500);

    private static final Clock CLOCK = new SystemClock();

    @RegisterExtension
    static final TestCluster CLUSTER = TestCluster.ofNodes(3);

    private static String bootstrap() {
        return CLUSTER.config(Map.of()).get("bootstrap.servers");
    }

    private static Map<String, String> member(String group, String... settings) {
        Map<String, String> config =
                new HashMap<>(CLUSTER.config(Map.of("group.id", group, "auto.offset.reset", "earliest")));
        for (int i = 0; i < settings.length; i += 2) {
            config.put(settings[i], settings[i + 1]);
        }
        return config;
    }

    private static void produce(String topic, int count) {
        try (Producer producer = new Producer(CLUSTER.config(Map.of()))) {
            for (int i = 0; i < count; i++) {
                byte[] value = ("value " + i).getBytes(StandardCharsets.UTF_8);
                producer.send(new ProducerRecord(topic, i % PARTITIONS, null, null, value, List.of()));
            }
        }
    }

    private static List<ConsumerRecord> read(Consumer consumer, int count) {
        List<ConsumerRecord> records = new ArrayList<>();
        Await.until(count + " records", SETTLED, () -> {
            records.addAll(consumer.poll(Duration.ofMillis(50)));
            return records.size() >= count;
        });
        return records;
    }

    /** Waits until the members hold all partitions, each as many as the others, and none two at once. */
    private static void awaitShared(String what, PollingMember... members) {
        long beganNanos = CLOCK.nanos();
        Await.nothingLacks(SETTLED, () -> {
            List<TopicPartition> all = Stream.of(members)
                    .flatMap(member -> member.owned().stream())
                    .toList();
            boolean even = Stream.of(members).allMatch(member -> member.owned().size() == PARTITIONS / members.length);
            boolean once = new TreeSet<>(all).size() == all.size();
            return even && once && all.size() == PARTITIONS ? "" : what + " has " + all;
        });
        long tookMs = TimeUnit.NANOSECONDS.toMillis(CLOCK.nanos() - beganNanos);
        System.out.println("group: " + what + " after " + tookMs + " ms");
    }

    @Test
    void onlyWhatMovesIsRevoked() {
        CLUSTER.createTopic("shared", PARTITIONS, 3);
        produce("shared", 120);
        List<PollingMember> everybody = new ArrayList<>();
        try (PollingMember one = new PollingMember(member("moves"), "shared")) {
            everybody.add(one);
            awaitShared("one member", one);
            try (PollingMember two = new PollingMember(member("moves"), "shared")) {
                everybody.add(two);
                awaitShared("a second member", one, two);
                try (PollingMember three = new PollingMember(member("moves"), "shared")) {
                    everybody.add(three);
                    awaitShared("a third member", one, two, three);
                    assertThat(one.trace()).containsExactly("assigned 12", "revoked 6", "revoked 2");
                    assertThat(two.trace()).containsExactly("assigned 6", "revoked 2");
                    assertThat(three.trace()).allMatch(event -> event.startsWith("assigned"));
                }
                awaitShared("the two after the third had closed", one, two);
                assertThat(one.trace()).hasSize(4).endsWith("assigned 2");
            }
            awaitShared("the one after the second had closed", one);
            assertThat(one.trace()).noneMatch(event -> event.startsWith("lost"));
            Await.until(
                    "all records",
                    SETTLED,
                    () -> readBy(everybody).values().stream()
                                    .mapToInt(offsets -> new TreeSet<>(offsets).size())
                                    .sum()
                            == 120);
        }
        // Whoever gives up a partition, or goes, has committed what it read: nobody reads it again.
        assertThat(readBy(everybody))
                .hasSize(PARTITIONS)
                .allSatisfy((partition, offsets) -> assertThat(offsets)
                        .containsExactlyInAnyOrderElementsOf(
                                LongStream.range(0, 10).boxed().toList()));
    }

    /** What members have read, by partition in the order of the members. */
    private static Map<TopicPartition, List<Long>> readBy(List<PollingMember> members) {
        Map<TopicPartition, List<Long>> all = new TreeMap<>();
        members.forEach(member -> member.read()
                .forEach((partition, offsets) -> all.computeIfAbsent(partition, unseen -> new ArrayList<>())
                        .addAll(offsets)));
        return all;
    }

    @Test
    void aKilledMemberIsReplaced() throws InterruptedException {
        CLUSTER.createTopic("deaths", PARTITIONS, 3);
        Path journal = CLUSTER.folder().resolve("victim");
        try (PollingMember one = new PollingMember(member("deaths"), "deaths");
                PollingMember two = new PollingMember(member("deaths"), "deaths")) {
            awaitShared("two members", one, two);
            Process victim = GroupReader.start(bootstrap(), "deaths", "deaths", journal, false);
            try {
                Await.until(
                        "a third",
                        SETTLED,
                        () -> one.owned().size() == 4 && two.owned().size() == 4);
            } finally {
                victim.destroyForcibly();
            }
            awaitShared("the two after kill -9", one, two);
            victim.waitFor();
        }
    }

    /** Only silence tells: the connections of a frozen process stay. */
    @Test
    void aFrozenMemberIsReplaced() throws InterruptedException, IOException {
        CLUSTER.createTopic("frosts", PARTITIONS, 3);
        Path journal = CLUSTER.folder().resolve("frozen");
        try (PollingMember one = new PollingMember(member("frosts"), "frosts");
                PollingMember two = new PollingMember(member("frosts"), "frosts")) {
            awaitShared("two members", one, two);
            Process victim = GroupReader.start(bootstrap(), "frosts", "frosts", journal, false);
            try {
                Await.until(
                        "a third",
                        SETTLED,
                        () -> one.owned().size() == 4 && two.owned().size() == 4);
                Process kill = new ProcessBuilder("kill", "-STOP", Long.toString(victim.pid())).start();
                assertThat(kill.waitFor()).isZero();
                awaitShared("the two after SIGSTOP", one, two);
            } finally {
                victim.destroyForcibly();
            }
            assertThat(one.trace()).noneMatch(event -> event.startsWith("lost"));
            victim.waitFor();
        }
    }

    @Test
    void aCoordinatorThatPausesBrieflyRebalancesNobody() {
        CLUSTER.createTopic("pauses", PARTITIONS, 3);
        try (PollingMember one = new PollingMember(member("pauses"), "pauses");
                PollingMember two = new PollingMember(member("pauses"), "pauses")) {
            awaitShared("two members", one, two);
            ConsumerGroupDescription before = described("pauses");
            List<String> traceOfOne = one.trace();
            List<String> traceOfTwo = two.trace();
            NodeProcess coordinator = CLUSTER.node(before.coordinator().brokerId());
            coordinator.freeze();
            long frozenAtNanos = CLOCK.nanos();
            Await.until("the pause is over", SETTLED, () -> CLOCK.nanos() - frozenAtNanos > BRIEFLY.toNanos());
            coordinator.thaw();

            produce("pauses", 120);
            Await.until(
                    "all records",
                    SETTLED,
                    () -> readBy(List.of(one, two)).values().stream()
                                    .mapToInt(List::size)
                                    .sum()
                            == 120);
            assertThat(one.trace()).isEqualTo(traceOfOne);
            assertThat(two.trace()).isEqualTo(traceOfTwo);
            assertThat(described("pauses").epoch()).isEqualTo(before.epoch());
        }
    }

    private static ConsumerGroupDescription described(String group) {
        List<ConsumerGroupDescription> found = new ArrayList<>();
        Await.until(group + " is described", SETTLED, () -> {
            found.add(CLUSTER.admin()
                    .groups()
                    .describeConsumerGroups(List.of(group))
                    .get(0)
                    .orThrow());
            return true;
        });
        return found.get(0);
    }

    @Test
    void whatWasCommittedIsNotReadAgain() {
        CLUSTER.createTopic("commits", PARTITIONS, 3);
        produce("commits", 60);
        try (Consumer first = new Consumer(member("commits", "enable.auto.commit", "false"))) {
            first.subscribe(List.of("commits"));
            read(first, 60);
            first.commitSync();
        }
        produce("commits", 12);
        try (Consumer second = new Consumer(member("commits"))) {
            second.subscribe(List.of("commits"));
            assertThat(read(second, 12)).allMatch(record -> record.offset() == 5);
        }
        CLUSTER.node(1).kill();
        Await.until(
                "node 1 is missed",
                SETTLED,
                () -> CLUSTER.admin().describeCluster().brokers().stream().anyMatch(broker -> broker.fenced()));
        CLUSTER.node(1).start();
        CLUSTER.awaitFullIsr();
        produce("commits", 12);
        try (Consumer third = new Consumer(member("commits"))) {
            third.subscribe(List.of("commits"));
            assertThat(read(third, 12)).allMatch(record -> record.offset() == 6);
        }
    }

    @Test
    void withoutACommitTheResetPolicyDecides() {
        CLUSTER.createTopic("resets", PARTITIONS, 3);
        produce("resets", 24);
        TopicPartition first = new TopicPartition("resets", 0);
        try (Consumer latest = new Consumer(member("latest", "auto.offset.reset", "latest"));
                Consumer none = new Consumer(member("none", "auto.offset.reset", "none"))) {
            latest.subscribe(List.of("resets"));
            Await.until("an assignment", SETTLED, () -> {
                assertThat(latest.poll(Duration.ofMillis(50))).isEmpty();
                return latest.assignment().size() == PARTITIONS;
            });
            assertThat(latest.position(first)).isEqualTo(2);
            none.subscribe(List.of("resets"));
            assertThatThrownBy(() -> none.poll(SETTLED)).hasMessageContaining("auto.offset.reset is none");
        }
    }

    @Test
    void aStaticIdBelongsToOne() {
        CLUSTER.createTopic("statics", PARTITIONS, 3);
        try (PollingMember one = new PollingMember(member("statics", "group.instance.id", "till-1"), "statics")) {
            awaitShared("one static member", one);
            try (Consumer second = new Consumer(member("statics", "group.instance.id", "till-1"))) {
                second.subscribe(List.of("statics"));
                assertThatThrownBy(() -> second.poll(SETTLED)).hasMessageContaining("UNRELEASED_INSTANCE_ID");
            }
            assertThat(one.owned()).hasSize(PARTITIONS);
            assertThat(one.failure()).isNull();
        }
    }
}
