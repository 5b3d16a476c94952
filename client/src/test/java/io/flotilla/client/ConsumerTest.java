package io.flotilla.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.client.fake.FakeCluster;
import io.flotilla.model.record.RecordHeader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ConsumerTest {
    private static final String TOPIC = "songs";
    private static final TopicPartition FIRST = new TopicPartition(TOPIC, 0);

    private final FakeCluster cluster = new FakeCluster(3).topic(TOPIC, 1);
    private Producer producer;

    @BeforeEach
    void connect() {
        producer = new Producer(Map.of("bootstrap.servers", cluster.bootstrap(), "linger.ms", "0"));
    }

    @AfterEach
    void stop() {
        producer.close();
        cluster.close();
    }

    private Consumer consumer(String... settings) {
        Map<String, String> config = new HashMap<>();
        config.put("bootstrap.servers", cluster.bootstrap());
        config.put("auto.offset.reset", "earliest");
        config.put("fetch.max.wait.ms", "100");
        for (int i = 0; i < settings.length; i += 2) {
            config.put(settings[i], settings[i + 1]);
        }
        return new Consumer(config);
    }

    private void produce(int from, int to) {
        IntStream.range(from, to).forEach(number -> producer.send(ProducerRecord.of(TOPIC, null, "value " + number)));
        producer.flush();
    }

    private static List<String> numbered(int from, int to) {
        return IntStream.range(from, to).mapToObj(number -> "value " + number).toList();
    }

    private static List<ConsumerRecord> read(Consumer consumer, int count) {
        List<ConsumerRecord> records = new ArrayList<>();
        while (records.size() < count) {
            records.addAll(consumer.poll(Duration.ofSeconds(30)));
        }
        return records;
    }

    private static List<String> values(List<ConsumerRecord> records) {
        return records.stream()
                .map(record -> new String(record.value(), StandardCharsets.UTF_8))
                .toList();
    }

    @Test
    void recordsComeBackInOrderAndWhole() {
        RecordHeader header = new RecordHeader("h", ByteBuffer.wrap(new byte[] {9}));
        producer.send(new ProducerRecord(TOPIC, 0, 55L, new byte[] {1}, null, List.of(header)));
        produce(1, 100);
        try (Consumer consumer = consumer("max.poll.records", "7")) {
            consumer.assign(List.of(FIRST));
            List<ConsumerRecord> records = read(consumer, 100);
            ConsumerRecord first = records.get(0);
            assertThat(first.topicPartition()).isEqualTo(FIRST);
            assertThat(first.timestampMs()).isEqualTo(55);
            assertThat(first.key()).containsExactly(1);
            assertThat(first.value()).isNull();
            assertThat(first.headers()).hasSize(1);
            assertThat(first.headers().get(0).key()).isEqualTo("h");
            assertThat(values(records.subList(1, 100))).isEqualTo(numbered(1, 100));
            assertThat(records)
                    .extracting(ConsumerRecord::offset)
                    .isEqualTo(IntStream.range(0, 100).mapToObj(Long::valueOf).toList());
            assertThat(consumer.position(FIRST)).isEqualTo(100);
        }
    }

    @Test
    void onePollReturnsAtMostWhatIsConfigured() {
        produce(0, 50);
        try (Consumer consumer = consumer("max.poll.records", "7")) {
            consumer.assign(List.of(FIRST));
            assertThat(consumer.poll(Duration.ofSeconds(30))).hasSizeBetween(1, 7);
        }
    }

    @Test
    void everyCodecIsRead() {
        for (String codec : List.of("gzip", "snappy", "lz4", "zstd")) {
            try (Producer compressing = new Producer(
                    Map.of("bootstrap.servers", cluster.bootstrap(), "compression.type", codec, "linger.ms", "1000"))) {
                numbered(0, 50).forEach(value -> compressing.send(ProducerRecord.of(TOPIC, "key", value)));
            }
        }
        try (Consumer consumer = consumer()) {
            consumer.assign(List.of(FIRST));
            List<String> values = values(read(consumer, 200));
            assertThat(values.subList(150, 200)).isEqualTo(numbered(0, 50));
        }
    }

    @Test
    void aPollWithoutRecordsEndsInTime() {
        try (Consumer consumer = consumer()) {
            consumer.assign(List.of(FIRST));
            assertThat(consumer.poll(Duration.ofMillis(50))).isEmpty();
        }
    }

    @Test
    void aWaitingPollReturnsWhatIsProducedMeanwhile() {
        try (Consumer consumer = consumer("fetch.max.wait.ms", "30000")) {
            consumer.assign(List.of(FIRST));
            assertThat(consumer.poll(Duration.ofMillis(50))).isEmpty();
            produce(0, 1);
            assertThat(values(read(consumer, 1))).containsExactly("value 0");
        }
    }

    @Test
    void seekGoesBackAndForthEvenInsideABatch() {
        produce(0, 30);
        try (Consumer consumer = consumer()) {
            consumer.assign(List.of(FIRST));
            read(consumer, 30);
            consumer.seek(FIRST, 10);
            assertThat(consumer.position(FIRST)).isEqualTo(10);
            assertThat(values(read(consumer, 20))).isEqualTo(numbered(10, 30));
            consumer.seekToBeginning(List.of());
            assertThat(consumer.position(FIRST)).isZero();
            assertThat(values(read(consumer, 30))).isEqualTo(numbered(0, 30));
            consumer.seekToEnd(List.of(FIRST));
            assertThat(consumer.position(FIRST)).isEqualTo(30);
            produce(30, 31);
            assertThat(values(read(consumer, 1))).containsExactly("value 30");
        }
    }

    @Test
    void latestStartsBehindWhatIsThere() {
        produce(0, 10);
        try (Consumer consumer = consumer("auto.offset.reset", "latest")) {
            consumer.assign(List.of(FIRST));
            assertThat(consumer.position(FIRST)).isEqualTo(10);
            produce(10, 11);
            assertThat(values(read(consumer, 1))).containsExactly("value 10");
        }
    }

    @Test
    void noneRefusesToGuess() {
        try (Consumer consumer = consumer("auto.offset.reset", "none")) {
            consumer.assign(List.of(FIRST));
            assertThatThrownBy(() -> consumer.poll(Duration.ofSeconds(30)))
                    .hasMessageContaining("OFFSET_OUT_OF_RANGE")
                    .hasMessageContaining("seek");
            consumer.seek(FIRST, 0);
            produce(0, 1);
            assertThat(values(read(consumer, 1))).containsExactly("value 0");
        }
    }

    @Test
    void aPositionThatRetentionRemovedIsReset() {
        produce(0, 10);
        cluster.deleteBelow(TOPIC, 0, 100);
        cluster.truncateTo(TOPIC, 0, 100);
        produce(100, 101);
        try (Consumer consumer = consumer()) {
            consumer.assign(List.of(FIRST));
            consumer.seek(FIRST, 3);
            assertThat(read(consumer, 1).get(0).offset()).isEqualTo(100);
        }
    }

    @Test
    void aMovedLeaderIsFollowedWithoutLossOrRepetition() {
        produce(0, 10);
        try (Consumer consumer = consumer()) {
            consumer.assign(List.of(FIRST));
            List<ConsumerRecord> records = read(consumer, 10);
            cluster.moveLeader(TOPIC, 0, 2);
            produce(10, 20);
            records.addAll(read(consumer, 10));
            cluster.moveLeaderSilently(TOPIC, 0, 3);
            produce(20, 30);
            records.addAll(read(consumer, 10));
            assertThat(values(records)).isEqualTo(numbered(0, 30));
        }
    }

    @Test
    void aKilledLeaderIsFollowedWithoutLossOrRepetition() {
        produce(0, 10);
        try (Consumer consumer = consumer()) {
            consumer.assign(List.of(FIRST));
            List<ConsumerRecord> records = read(consumer, 10);
            cluster.kill(1);
            produce(10, 20);
            records.addAll(read(consumer, 10));
            assertThat(values(records)).isEqualTo(numbered(0, 20));
        }
    }

    @Test
    void aTruncatedLogMovesThePositionToWhereItDiverged() {
        produce(0, 10);
        try (Consumer consumer = consumer()) {
            consumer.assign(List.of(FIRST));
            read(consumer, 10);
            cluster.truncateTo(TOPIC, 0, 6);
            cluster.forgetProducers(TOPIC, 0);
            cluster.moveLeader(TOPIC, 0, 2);
            try (Producer other = new Producer(Map.of("bootstrap.servers", cluster.bootstrap()))) {
                numbered(50, 60).forEach(value -> other.send(ProducerRecord.of(TOPIC, null, value)));
            }
            List<ConsumerRecord> again = read(consumer, 10);
            assertThat(again.get(0).offset()).isEqualTo(6);
            assertThat(values(again)).isEqualTo(numbered(50, 60));
        }
    }

    @Test
    void aTruncatedLogIsToldWhereNothingMayBeReset() {
        produce(0, 10);
        try (Consumer consumer = consumer("auto.offset.reset", "none")) {
            consumer.assign(List.of(FIRST));
            consumer.seek(FIRST, 0);
            read(consumer, 10);
            cluster.truncateTo(TOPIC, 0, 6);
            cluster.moveLeader(TOPIC, 0, 2);
            assertThatThrownBy(() -> consumer.poll(Duration.ofSeconds(30)))
                    .isInstanceOfSatisfying(LogTruncationException.class, truncation -> {
                        assertThat(truncation.truncatedTo()).isEqualTo(6);
                        assertThat(truncation.partition()).isEqualTo(FIRST);
                    });
        }
    }

    @Test
    void aDamagedBatchIsRefusedAfterWhatCameBefore() {
        produce(0, 1);
        produce(1, 2);
        produce(2, 3);
        cluster.damage(TOPIC, 0, 1);
        try (Consumer consumer = consumer()) {
            consumer.assign(List.of(FIRST));
            assertThat(values(read(consumer, 1))).containsExactly("value 0");
            assertThatThrownBy(() -> consumer.poll(Duration.ofSeconds(30)))
                    .hasMessageContaining("CORRUPT_MESSAGE")
                    .hasMessageContaining("offset 1");
            assertThat(consumer.poll(Duration.ofMillis(50))).isEmpty();
            consumer.seek(FIRST, 2);
            assertThat(values(read(consumer, 1))).containsExactly("value 2");
        }
    }

    @Test
    void anUnknownPartitionIsRefusedByName() {
        try (Consumer consumer = consumer()) {
            consumer.assign(List.of(new TopicPartition("nowhere", 3)));
            assertThatThrownBy(() -> consumer.poll(Duration.ofSeconds(30)))
                    .hasMessageContaining("UNKNOWN_TOPIC_OR_PARTITION")
                    .hasMessageContaining("nowhere-3");
        }
    }

    @Test
    void aTopicCreatedAnewIsNotReadFromAnOldPosition() {
        produce(0, 10);
        try (Consumer consumer = consumer()) {
            consumer.assign(List.of(FIRST));
            read(consumer, 10);
            cluster.deleteTopic(TOPIC);
            cluster.topic(TOPIC, 1);
            assertThatThrownBy(() -> consumer.poll(Duration.ofSeconds(30)))
                    .hasMessageContaining("UNKNOWN_TOPIC_ID")
                    .hasMessageContaining("seek");
        }
    }

    @Test
    void manyPartitionsShareABoundedBuffer() {
        cluster.topic("wide", 100);
        for (int partition = 0; partition < 100; partition++) {
            producer.send(new ProducerRecord("wide", partition, null, null, new byte[10_000], List.of()));
        }
        producer.flush();
        try (Consumer consumer = consumer("fetch.max.bytes", "30000", "max.partition.fetch.bytes", "10000")) {
            consumer.assign(IntStream.range(0, 100)
                    .mapToObj(partition -> new TopicPartition("wide", partition))
                    .toList());
            assertThat(read(consumer, 100).stream()
                            .map(ConsumerRecord::partition)
                            .distinct())
                    .hasSize(100);
        }
    }

    /** Each wait would be longer than this test may take; the buffer has room for 50 first reads. */
    @Test
    void theFirstReadsOfManyEmptyPartitionsWaitForNothing() {
        cluster.topic("empty", 200);
        producer.send(new ProducerRecord("empty", 150, null, null, new byte[1], List.of()));
        producer.flush();
        try (Consumer consumer = consumer("fetch.max.wait.ms", "100000")) {
            consumer.assign(IntStream.range(0, 200)
                    .mapToObj(partition -> new TopicPartition("empty", partition))
                    .toList());
            assertThat(read(consumer, 1)).extracting(ConsumerRecord::partition).containsExactly(150);
            producer.send(new ProducerRecord("empty", 199, null, null, new byte[1], List.of()));
            producer.flush();
            assertThat(read(consumer, 1)).extracting(ConsumerRecord::partition).containsExactly(199);
        }
    }

    @Test
    void anUnassignedPartitionIsNotReadAnyMore() {
        cluster.topic("other", 1);
        produce(0, 10);
        try (Consumer consumer = consumer()) {
            consumer.assign(List.of(FIRST));
            read(consumer, 10);
            consumer.assign(List.of(new TopicPartition("other", 0)));
            produce(10, 20);
            assertThat(consumer.poll(Duration.ofMillis(200))).isEmpty();
            assertThat(consumer.assignment()).containsExactly(new TopicPartition("other", 0));
            assertThatThrownBy(() -> consumer.seek(FIRST, 0)).hasMessageContaining("not assigned");
        }
    }

    @Test
    void wakeupEndsAPollOfAnotherThread() throws Exception {
        try (Consumer consumer = consumer()) {
            consumer.assign(List.of(FIRST));
            CountDownLatch polling = new CountDownLatch(1);
            Thread other = new Thread(() -> {
                try {
                    polling.await();
                    consumer.wakeup();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            other.start();
            polling.countDown();
            assertThatThrownBy(() -> consumer.poll(Duration.ofSeconds(30))).isInstanceOf(WakeupException.class);
            other.join();
        }
    }

    @Test
    void offsetsAreFoundByPlaceAndByTime() {
        producer.send(new ProducerRecord(TOPIC, 0, 100L, null, new byte[1], List.of()));
        producer.flush();
        producer.send(new ProducerRecord(TOPIC, 0, 200L, null, new byte[1], List.of()));
        producer.flush();
        try (Consumer consumer = consumer()) {
            assertThat(consumer.beginningOffsets(List.of(FIRST))).containsEntry(FIRST, 0L);
            assertThat(consumer.endOffsets(List.of(FIRST))).containsEntry(FIRST, 2L);
            assertThat(consumer.offsetsForTimes(Map.of(FIRST, 150L)))
                    .containsEntry(FIRST, new OffsetAndTimestamp(1, 200, 0));
            assertThat(consumer.offsetsForTimes(Map.of(FIRST, 300L))).isEmpty();
        }
    }
}
