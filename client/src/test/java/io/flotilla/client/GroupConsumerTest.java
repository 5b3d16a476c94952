package io.flotilla.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.client.fake.FakeCluster;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class GroupConsumerTest {
    private static final String TOPIC = "songs";
    private static final String GROUP = "billing";
    private static final TopicPartition FIRST = new TopicPartition(TOPIC, 0);
    private static final TopicPartition SECOND = new TopicPartition(TOPIC, 1);

    private final FakeCluster cluster = new FakeCluster(3).topic(TOPIC, 2);
    private final List<Consumer> consumers = new ArrayList<>();
    private Producer producer;

    @BeforeEach
    void connect() {
        producer = new Producer(Map.of("bootstrap.servers", cluster.bootstrap(), "linger.ms", "0"));
    }

    @AfterEach
    void stop() {
        cluster.muteCommits(false);
        consumers.forEach(consumer -> consumer.close(Duration.ZERO));
        producer.close();
        cluster.close();
    }

    /** Writes down what the listener hears. */
    private static final class Trace implements ConsumerRebalanceListener {
        private final List<String> events = new ArrayList<>();
        private Runnable onRevoked = () -> {};

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            events.add("revoked " + partitions);
            onRevoked.run();
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            events.add("assigned " + partitions);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            events.add("lost " + partitions);
        }
    }

    private Consumer consumer(String... settings) {
        Map<String, String> config = new HashMap<>();
        config.put("bootstrap.servers", cluster.bootstrap());
        config.put("group.id", GROUP);
        config.put("auto.offset.reset", "earliest");
        config.put("fetch.max.wait.ms", "100");
        config.put("enable.auto.commit", "false");
        for (int i = 0; i < settings.length; i += 2) {
            config.put(settings[i], settings[i + 1]);
        }
        Consumer consumer = new Consumer(config);
        consumers.add(consumer);
        return consumer;
    }

    private void produce(int partition, int from, int to) {
        IntStream.range(from, to)
                .forEach(number -> producer.send(new ProducerRecord(
                        TOPIC,
                        partition,
                        null,
                        null,
                        ("value " + number).getBytes(StandardCharsets.UTF_8),
                        List.of())));
        producer.flush();
    }

    private static List<ConsumerRecord> read(Consumer consumer, int count) {
        List<ConsumerRecord> records = new ArrayList<>();
        while (records.size() < count) {
            records.addAll(consumer.poll(Duration.ofSeconds(30)));
        }
        return records;
    }

    /** Polls all until a condition holds. */
    private static void pollUntil(BooleanSupplier condition, Consumer... all) {
        while (!condition.getAsBoolean()) {
            for (Consumer consumer : all) {
                consumer.poll(Duration.ofMillis(20));
            }
        }
    }

    private static List<Long> offsets(List<ConsumerRecord> records, TopicPartition partition) {
        return records.stream()
                .filter(record -> record.topicPartition().equals(partition))
                .map(ConsumerRecord::offset)
                .toList();
    }

    @Test
    void oneMemberGetsEverythingAndASecondTakesAShare() {
        produce(0, 0, 5);
        produce(1, 0, 5);
        Trace one = new Trace();
        Trace two = new Trace();
        Consumer first = consumer();
        first.subscribe(List.of(TOPIC), one);
        assertThat(read(first, 10)).hasSize(10);
        first.commitSync();
        Consumer second = consumer();
        second.subscribe(List.of(TOPIC), two);
        pollUntil(() -> second.assignment().size() == 1 && first.assignment().size() == 1, first, second);
        assertThat(one.events).containsExactly("assigned [songs-0, songs-1]", "revoked [songs-1]");
        assertThat(two.events).containsExactly("assigned [songs-1]");
        produce(0, 5, 7);
        produce(1, 5, 7);
        assertThat(offsets(read(first, 2), FIRST)).containsExactly(5L, 6L);
        assertThat(offsets(read(second, 2), SECOND)).containsExactly(5L, 6L);
    }

    @Test
    void closingHandsOverAndWhatWasCommittedIsNotReadAgain() {
        produce(0, 0, 5);
        Consumer first = consumer("enable.auto.commit", "true");
        first.subscribe(List.of(TOPIC));
        read(first, 5);
        first.close();
        assertThat(cluster.members(GROUP)).isZero();
        assertThat(cluster.committed(GROUP, TOPIC, 0)).isEqualTo(5);
        produce(0, 5, 8);
        Consumer second = consumer();
        second.subscribe(List.of(TOPIC));
        assertThat(offsets(read(second, 3), FIRST)).containsExactly(5L, 6L, 7L);
    }

    @Test
    void whatPollHasNotReturnedIsNotCommitted() {
        produce(0, 0, 50);
        Consumer first = consumer("enable.auto.commit", "true", "max.poll.records", "7");
        first.subscribe(List.of(TOPIC));
        read(first, 7);
        first.close();
        assertThat(cluster.committed(GROUP, TOPIC, 0)).isEqualTo(7);
    }

    @Test
    void theIntervalCommitsDuringALongPollToo() {
        produce(0, 0, 5);
        Consumer consumer = consumer("enable.auto.commit", "true", "auto.commit.interval.ms", "50");
        consumer.subscribe(List.of(TOPIC));
        read(consumer, 5);
        Thread waker = new Thread(() -> {
            while (cluster.committed(GROUP, TOPIC, 0) < 5) {
                Thread.yield();
            }
            consumer.wakeup();
        });
        waker.start();
        assertThatThrownBy(() -> consumer.poll(Duration.ofSeconds(50))).isInstanceOf(WakeupException.class);
        assertThat(cluster.committed(GROUP, TOPIC, 0)).isEqualTo(5);
    }

    @Test
    void positionsAreCommittedBeforePartitionsAreGivenUp() {
        produce(1, 0, 5);
        Consumer first = consumer("enable.auto.commit", "true", "auto.commit.interval.ms", "3600000");
        Trace trace = new Trace();
        List<Long> committed = new ArrayList<>();
        trace.onRevoked = () -> committed.add(cluster.committed(GROUP, TOPIC, 1));
        first.subscribe(List.of(TOPIC), trace);
        read(first, 5);
        Consumer second = consumer();
        second.subscribe(List.of(TOPIC));
        pollUntil(() -> second.assignment().size() == 1, first, second);
        assertThat(committed).containsExactly(5L);
    }

    @Test
    void theListenerMayCommitWhatItGivesUp() {
        produce(1, 0, 5);
        Consumer first = consumer();
        Trace trace = new Trace();
        trace.onRevoked = first::commitSync;
        first.subscribe(List.of(TOPIC), trace);
        read(first, 5);
        Consumer second = consumer();
        second.subscribe(List.of(TOPIC));
        pollUntil(() -> second.assignment().size() == 1, first, second);
        assertThat(cluster.committed(GROUP, TOPIC, 1)).isEqualTo(5);
    }

    @Test
    void aRevokedPartitionIsNotReturnedFromWhileItsCommitIsOn() {
        produce(0, 0, 1);
        produce(1, 0, 100);
        Consumer first =
                consumer("enable.auto.commit", "true", "auto.commit.interval.ms", "3600000", "max.poll.records", "5");
        first.subscribe(List.of(TOPIC));
        pollUntil(() -> first.assignment().size() == 2 && first.position(SECOND) >= 5, first);
        cluster.muteCommits(true);
        Consumer second = consumer();
        second.subscribe(List.of(TOPIC));
        pollUntil(() -> cluster.mutedCommits() > 0, first, second);
        long given = first.position(SECOND);
        produce(0, 1, 2);
        produce(1, 100, 200);
        assertThat(read(first, 1)).allMatch(record -> record.partition() == 0);
        assertThat(first.poll(Duration.ofMillis(300))).isEmpty();
        cluster.muteCommits(false);
        pollUntil(() -> second.assignment().size() == 1 && !first.assignment().contains(SECOND), first, second);
        assertThat(cluster.committed(GROUP, TOPIC, 1)).isEqualTo(given);
    }

    @Test
    void withoutACommitTheResetPolicyDecides() {
        produce(0, 0, 5);
        Consumer latest = consumer("auto.offset.reset", "latest");
        latest.subscribe(List.of(TOPIC));
        pollUntil(() -> latest.assignment().size() == 2, latest);
        assertThat(latest.position(FIRST)).isEqualTo(5);
        Consumer none = consumer("auto.offset.reset", "none", "group.id", "other");
        none.subscribe(List.of(TOPIC));
        assertThatThrownBy(() -> read(none, 1)).hasMessageContaining("auto.offset.reset is none");
    }

    @Test
    void assignedPartitionsStartAtWhatTheGroupCommitted() {
        produce(0, 0, 5);
        Consumer first = consumer();
        first.assign(List.of(FIRST));
        first.commitSync(Map.of(FIRST, new OffsetAndMetadata(3, "three")));
        assertThat(first.committed(Set.of(FIRST, SECOND)))
                .containsEntry(FIRST, new OffsetAndMetadata(3, "three"))
                .containsEntry(SECOND, null);
        Consumer second = consumer();
        second.assign(List.of(FIRST));
        assertThat(second.position(FIRST)).isEqualTo(3);
        assertThat(offsets(read(second, 2), FIRST)).containsExactly(3L, 4L);
    }

    @Test
    void aMemberThatWasRemovedHearsItCommitsNothingAndComesBack() {
        produce(0, 0, 5);
        Trace trace = new Trace();
        Consumer consumer = consumer();
        consumer.subscribe(List.of(TOPIC), trace);
        read(consumer, 5);
        cluster.fenceMembers(GROUP);
        assertThatThrownBy(consumer::commitSync).isInstanceOf(CommitFailedException.class);
        assertThat(cluster.committed(GROUP, TOPIC, 0)).isEqualTo(-1);
        assertThat(offsets(read(consumer, 5), FIRST)).containsExactly(0L, 1L, 2L, 3L, 4L);
        assertThat(trace.events)
                .containsExactly(
                        "assigned [songs-0, songs-1]", "lost [songs-0, songs-1]", "assigned [songs-0, songs-1]");
        consumer.commitSync();
        assertThat(cluster.committed(GROUP, TOPIC, 0)).isEqualTo(5);
    }

    @Test
    void aMovedCoordinatorDisturbsNobody() {
        produce(0, 0, 5);
        Trace trace = new Trace();
        Consumer consumer = consumer();
        consumer.subscribe(List.of(TOPIC), trace);
        read(consumer, 5);
        cluster.moveCoordinator(2);
        consumer.commitSync();
        produce(0, 5, 6);
        read(consumer, 1);
        assertThat(cluster.committed(GROUP, TOPIC, 0)).isEqualTo(5);
        assertThat(trace.events).hasSize(1);
        assertThat(cluster.members(GROUP)).isEqualTo(1);
    }

    @Test
    void asynchronousCommitsAreHeardOfInTheirOrder() {
        produce(0, 0, 5);
        Consumer consumer = consumer();
        consumer.subscribe(List.of(TOPIC));
        read(consumer, 5);
        List<Long> heard = new ArrayList<>();
        for (long offset = 1; offset <= 5; offset++) {
            consumer.commitAsync(Map.of(FIRST, new OffsetAndMetadata(offset)), (offsets, failure) -> {
                assertThat(failure).isNull();
                heard.add(offsets.get(FIRST).offset());
            });
        }
        consumer.commitSync(Map.of(FIRST, new OffsetAndMetadata(2)));
        assertThat(heard).containsExactly(1L, 2L, 3L, 4L, 5L);
        assertThat(cluster.committed(GROUP, TOPIC, 0)).isEqualTo(2);
    }

    @Test
    void wakeupEndsAWaitForACommit() {
        Consumer consumer = consumer();
        consumer.assign(List.of(FIRST));
        cluster.muteCommits(true);
        consumer.wakeup();
        assertThatThrownBy(() -> consumer.commitSync(Map.of(FIRST, new OffsetAndMetadata(1))))
                .isInstanceOf(WakeupException.class);
    }

    @Test
    void aCommitWithoutAnAnswerEndsInTime() {
        Consumer consumer = consumer();
        consumer.assign(List.of(FIRST));
        cluster.muteCommits(true);
        assertThatThrownBy(() -> consumer.commitSync(Map.of(FIRST, new OffsetAndMetadata(1)), Duration.ofMillis(100)))
                .hasMessageContaining("REQUEST_TIMED_OUT");
    }

    @Test
    void aPausedPartitionKeepsWhatItHasAndHoldsNobodyUp() {
        produce(0, 0, 20);
        produce(1, 0, 5);
        Consumer consumer = consumer("max.poll.records", "3");
        consumer.assign(List.of(FIRST));
        read(consumer, 3);
        consumer.pause(List.of(FIRST));
        consumer.assign(List.of(FIRST, SECOND));
        assertThat(consumer.paused()).containsExactly(FIRST);
        assertThat(offsets(read(consumer, 5), SECOND)).hasSize(5);
        assertThat(consumer.poll(Duration.ofMillis(200))).isEmpty();
        assertThat(consumer.position(FIRST)).isEqualTo(3);
        consumer.resume(List.of(FIRST));
        assertThat(offsets(read(consumer, 17), FIRST))
                .isEqualTo(IntStream.range(3, 20).mapToObj(Long::valueOf).toList());
    }

    @Test
    void pausedPartitionsDoNotFillTheBuffer() {
        cluster.topic("wide", 20);
        for (int partition = 0; partition < 20; partition++) {
            for (int i = 0; i < 4; i++) {
                producer.send(new ProducerRecord("wide", partition, null, null, new byte[10_000], List.of()));
            }
        }
        producer.flush();
        List<TopicPartition> all = IntStream.range(0, 20)
                .mapToObj(partition -> new TopicPartition("wide", partition))
                .toList();
        Consumer consumer = consumer("fetch.max.bytes", "60000", "max.partition.fetch.bytes", "10000");
        consumer.assign(all);
        consumer.pause(all.subList(1, 20));
        List<TopicPartition> resumed = all.subList(1, 20);
        assertThat(offsets(read(consumer, 4), all.get(0))).hasSize(4);
        consumer.resume(resumed);
        List<ConsumerRecord> rest = read(consumer, 76);
        resumed.forEach(partition -> assertThat(offsets(rest, partition)).containsExactly(0L, 1L, 2L, 3L));
    }

    @Test
    void aPatternReadsWhatMatches() {
        cluster.topic("poems", 1);
        produce(0, 0, 1);
        Consumer consumer = consumer();
        consumer.subscribe(new SubscriptionPattern("so.*"));
        read(consumer, 1);
        assertThat(consumer.assignment()).containsExactlyInAnyOrder(FIRST, SECOND);
        assertThat(consumer.subscription()).containsExactly(TOPIC);
    }

    @Test
    void aMemberThatIsNotPolledLeavesAndComesBack() {
        produce(0, 0, 5);
        Trace trace = new Trace();
        Consumer consumer = consumer("max.poll.interval.ms", "300");
        consumer.subscribe(List.of(TOPIC), trace);
        read(consumer, 5);
        while (cluster.members(GROUP) > 0) {
            Thread.yield();
        }
        assertThat(offsets(read(consumer, 5), FIRST)).hasSize(5);
        assertThat(trace.events)
                .containsExactly(
                        "assigned [songs-0, songs-1]", "lost [songs-0, songs-1]", "assigned [songs-0, songs-1]");
    }

    @Test
    void aStaticIdThatIsTakenIsRefusedByName() {
        Consumer first = consumer("group.instance.id", "till-1");
        first.subscribe(List.of(TOPIC));
        pollUntil(() -> first.assignment().size() == 2, first);
        Consumer second = consumer("group.instance.id", "till-1");
        second.subscribe(List.of(TOPIC));
        assertThatThrownBy(() -> pollUntil(() -> false, second)).hasMessageContaining("UNRELEASED_INSTANCE_ID");
        first.close();
        second.subscribe(List.of(TOPIC));
        pollUntil(() -> second.assignment().size() == 2, second);
    }

    @Test
    void unsubscribeLeavesAndAnotherWayIsOpenThen() {
        Trace trace = new Trace();
        Consumer consumer = consumer();
        consumer.subscribe(List.of(TOPIC), trace);
        pollUntil(() -> consumer.assignment().size() == 2, consumer);
        assertThatThrownBy(() -> consumer.assign(List.of(FIRST)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("unsubscribe");
        consumer.unsubscribe();
        assertThat(cluster.members(GROUP)).isZero();
        assertThat(consumer.assignment()).isEmpty();
        assertThat(trace.events).last().isEqualTo("revoked [songs-0, songs-1]");
        consumer.assign(List.of(FIRST));
        assertThatThrownBy(() -> consumer.subscribe(List.of(TOPIC))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aTopicCreatedAnewIsReadFromItsBeginning() {
        produce(0, 0, 5);
        Consumer consumer = consumer();
        consumer.subscribe(List.of(TOPIC));
        read(consumer, 5);
        cluster.deleteTopic(TOPIC);
        assertThat(consumer.poll(Duration.ofMillis(300))).isEmpty();
        cluster.rebalance(GROUP);
        pollUntil(() -> consumer.assignment().isEmpty(), consumer);
        cluster.topic(TOPIC, 2);
        cluster.rebalance(GROUP);
        producer.close();
        connect();
        produce(0, 0, 2);
        assertThat(offsets(read(consumer, 2), FIRST)).containsExactly(0L, 1L);
    }

    @Test
    void whatNeedsAGroupIsRefusedWithoutOne() {
        try (Consumer consumer = new Consumer(Map.of("bootstrap.servers", cluster.bootstrap()))) {
            assertThatThrownBy(() -> consumer.subscribe(List.of(TOPIC))).hasMessageContaining("set group.id");
            assertThatThrownBy(() -> consumer.commitSync(Map.of(FIRST, new OffsetAndMetadata(1))))
                    .hasMessageContaining("set group.id");
            assertThatThrownBy(() -> consumer.committed(Set.of(FIRST))).hasMessageContaining("set group.id");
        }
    }

    @Test
    void oneGroupEachIsABroadcast() {
        produce(0, 0, 5);
        produce(1, 0, 5);
        Consumer first = consumer("group.id", "one");
        Consumer second = consumer("group.id", "two");
        first.subscribe(List.of(TOPIC));
        second.subscribe(List.of(TOPIC));
        Set<String> seen = new TreeSet<>();
        read(first, 10).forEach(record -> seen.add(record.topicPartition() + "@" + record.offset()));
        assertThat(seen).hasSize(10);
        assertThat(read(second, 10)).hasSize(10);
    }
}
