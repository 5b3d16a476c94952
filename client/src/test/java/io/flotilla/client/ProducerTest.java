package io.flotilla.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.client.fake.FakeCluster;
import io.flotilla.client.fake.Fault;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.error.FlotillaException;
import io.flotilla.model.error.Outcome;
import io.flotilla.model.image.Durability;
import io.flotilla.model.record.RecordHeader;
import io.flotilla.proto.v1.Record;
import io.flotilla.proto.v1.RecordBatch;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ProducerTest {
    private static final String TOPIC = "songs";

    private final FakeCluster cluster = new FakeCluster(3).topic(TOPIC, 1);

    @AfterEach
    void stop() {
        cluster.close();
    }

    private Producer producer(String... settings) {
        Map<String, String> config = new HashMap<>();
        config.put(ClientConfig.BOOTSTRAP_SERVERS, cluster.bootstrap());
        for (int i = 0; i < settings.length; i += 2) {
            config.put(settings[i], settings[i + 1]);
        }
        return new Producer(config);
    }

    private static List<String> numbered(int count) {
        return IntStream.range(0, count).mapToObj(number -> "value " + number).toList();
    }

    /** Sends each value as its own batch, as fast as it can. */
    private static List<CompletableFuture<RecordMetadata>> sendEach(Producer producer, List<String> values) {
        List<CompletableFuture<RecordMetadata>> answers = new ArrayList<>();
        values.forEach(value -> answers.add(producer.send(ProducerRecord.of(TOPIC, null, value))));
        return answers;
    }

    private static <T> T get(CompletableFuture<T> answer) throws Exception {
        return answer.get(30, TimeUnit.SECONDS);
    }

    private static FlotillaError failure(CompletableFuture<?> answer) {
        try {
            answer.get(30, TimeUnit.SECONDS);
            throw new AssertionError("the record was acknowledged");
        } catch (ExecutionException e) {
            return ((FlotillaException) e.getCause()).error();
        } catch (Exception e) {
            throw new AssertionError("no answer", e);
        }
    }

    @Test
    void anAcknowledgedRecordIsInTheLogAsItWasSent() throws Exception {
        byte[] key = "k".getBytes(StandardCharsets.UTF_8);
        RecordHeader header = new RecordHeader("h", ByteBuffer.wrap(new byte[] {1, 2}));
        RecordMetadata told;
        try (Producer producer = producer()) {
            told = get(producer.send(new ProducerRecord(TOPIC, 0, 1234L, key, null, List.of(header))));
        }
        assertThat(told).isEqualTo(new RecordMetadata(new TopicPartition(TOPIC, 0), 0, 1234, 0, Durability.SYNCED));
        RecordBatch stored = cluster.log(TOPIC, 0).get(0);
        assertThat(stored.getProducerId()).isEqualTo(1_000);
        assertThat(stored.getBaseSequence()).isZero();
        assertThat(stored.getBaseTimestampMs()).isEqualTo(1234);
        Record record = Logs.records(List.of(stored)).get(0);
        assertThat(record.getKey().toStringUtf8()).isEqualTo("k");
        assertThat(record.hasValue()).isFalse();
        assertThat(record.getHeaders(0).getKey()).isEqualTo("h");
        assertThat(record.getHeaders(0).getValue().toByteArray()).containsExactly(1, 2);
    }

    @Test
    void recordsSentTogetherShareABatch() throws Exception {
        try (Producer producer = producer("linger.ms", "1000")) {
            var answers = sendEach(producer, numbered(100));
            producer.flush();
            for (int i = 0; i < answers.size(); i++) {
                assertThat(get(answers.get(i)).offset()).isEqualTo(i);
            }
        }
        assertThat(Logs.values(cluster.log(TOPIC, 0))).isEqualTo(numbered(100));
        assertThat(cluster.log(TOPIC, 0)).hasSizeLessThanOrEqualTo(3);
    }

    @Test
    void everyCodecShrinksABatchThatStaysReadable() throws Exception {
        for (String codec : List.of("gzip", "snappy", "lz4", "zstd")) {
            try (Producer producer = producer("compression.type", codec, "linger.ms", "1000")) {
                sendEach(producer, numbered(200));
                producer.flush();
            }
        }
        assertThat(cluster.logEnd(TOPIC, 0)).isEqualTo(800);
        assertThat(cluster.log(TOPIC, 0))
                .allSatisfy(batch -> assertThat(batch.getPayload().size()).isLessThan(batch.getUncompressedSize()));
        assertThat(cluster.log(TOPIC, 0).stream().map(batch -> batch.getAttributes() & 7))
                .contains(1, 2, 3, 4);
    }

    @Test
    void aLostAnswerIsAskedForAgainAndTheRecordIsThereOnce() throws Exception {
        cluster.fault(TOPIC, 0, new Fault.DropAfter());
        try (Producer producer = producer("linger.ms", "0")) {
            assertThat(get(producer.send(ProducerRecord.of(TOPIC, null, "once")))
                            .offset())
                    .isZero();
        }
        assertThat(Logs.values(cluster.log(TOPIC, 0))).containsExactly("once");
    }

    @Test
    void batchesBehindARefusedOneKeepTheirOrder() throws Exception {
        cluster.fault(
                TOPIC,
                0,
                new Fault.Refuse(ErrorCode.NOT_ENOUGH_REPLICAS),
                new Fault.Refuse(ErrorCode.OVERLOADED),
                new Fault.AppendThenFail(ErrorCode.NOT_ENOUGH_REPLICAS_AFTER_APPEND),
                new Fault.DropBefore());
        try (Producer producer = producer("linger.ms", "0", "batch.size", "0")) {
            for (var answer : sendEach(producer, numbered(20))) {
                get(answer);
            }
        }
        assertThat(Logs.values(cluster.log(TOPIC, 0))).isEqualTo(numbered(20));
    }

    @Test
    void aRefusalWithAHintSendsTheProducerToTheNewLeader() throws Exception {
        try (Producer producer = producer("linger.ms", "0")) {
            get(producer.send(ProducerRecord.of(TOPIC, null, "first")));
            cluster.moveLeaderSilently(TOPIC, 0, 3);
            RecordMetadata second = get(producer.send(ProducerRecord.of(TOPIC, null, "second")));
            assertThat(second.leaderEpoch()).isEqualTo(1);
            assertThat(second.offset()).isEqualTo(1);
        }
        assertThat(Logs.values(cluster.log(TOPIC, 0))).containsExactly("first", "second");
    }

    @Test
    void aKilledLeaderCostsNoRecord() throws Exception {
        try (Producer producer = producer("linger.ms", "0", "batch.size", "0")) {
            var before = sendEach(producer, numbered(50));
            get(before.get(10));
            cluster.kill(1);
            for (var answer : before) {
                get(answer);
            }
            assertThat(get(producer.send(ProducerRecord.of(TOPIC, null, "after")))
                            .leaderEpoch())
                    .isEqualTo(1);
        }
        List<String> expected = new ArrayList<>(numbered(50));
        expected.add("after");
        assertThat(Logs.values(cluster.log(TOPIC, 0))).isEqualTo(expected);
    }

    @Test
    void aFrozenLeaderIsLeftAsSoonAsAnotherOneIsElected() throws Exception {
        try (Producer producer = producer("linger.ms", "0")) {
            get(producer.send(ProducerRecord.of(TOPIC, null, "first")));
            cluster.freeze(1);
            var stuck = producer.send(ProducerRecord.of(TOPIC, null, "second"));
            cluster.moveLeader(TOPIC, 0, 2);
            assertThat(get(stuck).leaderEpoch()).isEqualTo(1);
        }
        assertThat(Logs.values(cluster.log(TOPIC, 0))).containsExactly("first", "second");
    }

    @Test
    void aProducerThatTheLeaderForgotStartsOverWithoutRepeating() throws Exception {
        try (Producer producer = producer("linger.ms", "0", "batch.size", "0")) {
            get(producer.send(ProducerRecord.of(TOPIC, null, "value 0")));
            cluster.forgetProducers(TOPIC, 0);
            for (var answer : sendEach(producer, numbered(10).subList(1, 10))) {
                get(answer);
            }
        }
        assertThat(Logs.values(cluster.log(TOPIC, 0))).isEqualTo(numbered(10));
        assertThat(cluster.initProducerCalls()).isEqualTo(2);
    }

    @Test
    void aBatchThatCannotBeWrittenFailsAloneAndLeavesNoGap() throws Exception {
        cluster.fault(TOPIC, 0, new Fault.Refuse(ErrorCode.INVALID_RECORD));
        try (Producer producer = producer("linger.ms", "0", "batch.size", "0")) {
            var answers = sendEach(producer, numbered(10));
            assertThat(failure(answers.get(0)).code()).isEqualTo(ErrorCode.INVALID_RECORD);
            assertThat(failure(answers.get(0)).outcome()).isEqualTo(Outcome.NOT_APPLIED);
            for (var answer : answers.subList(1, 10)) {
                get(answer);
            }
        }
        assertThat(Logs.values(cluster.log(TOPIC, 0))).isEqualTo(numbered(10).subList(1, 10));
    }

    @Test
    void whatNobodyTakesInTimeFailsWithItsOutcome() {
        Fault[] refusals = new Fault[1_000];
        java.util.Arrays.fill(refusals, new Fault.Refuse(ErrorCode.NOT_ENOUGH_REPLICAS));
        cluster.fault(TOPIC, 0, refusals);
        try (Producer producer =
                producer("linger.ms", "0", "delivery.timeout.ms", "300", "request.timeout.ms", "200")) {
            FlotillaError error = failure(producer.send(ProducerRecord.of(TOPIC, null, "late")));
            assertThat(error.code()).isEqualTo(ErrorCode.REQUEST_TIMED_OUT);
            assertThat(error.message()).contains("delivery.timeout.ms 300").contains("NOT_ENOUGH_REPLICAS");
        }
    }

    @Test
    void anUnansweredRecordHasAnUnknownOutcome() {
        cluster.fault(TOPIC, 0, new Fault.Swallow());
        try (Producer producer =
                producer("linger.ms", "0", "delivery.timeout.ms", "300", "request.timeout.ms", "200")) {
            assertThat(failure(producer.send(ProducerRecord.of(TOPIC, null, "x")))
                            .outcome())
                    .isEqualTo(Outcome.UNKNOWN);
        }
    }

    @Test
    void anUnknownTopicIsRefusedSoonAndByName() {
        try (Producer producer = producer("max.block.ms", "200")) {
            FlotillaError error = failure(producer.send(ProducerRecord.of("nowhere", null, "x")));
            assertThat(error.code()).isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
            assertThat(error.outcome()).isEqualTo(Outcome.NOT_APPLIED);
            assertThat(error.message()).contains("nowhere");
        }
    }

    @Test
    void aTopicThatIsCreatedWhileARecordWaitsTakesIt() throws Exception {
        try (Producer producer = producer("linger.ms", "0")) {
            get(producer.send(ProducerRecord.of(TOPIC, null, "so the watch is open")));
            var waiting = producer.send(ProducerRecord.of("new", null, "x"));
            cluster.topic("new", 1);
            assertThat(get(waiting).offset()).isZero();
        }
    }

    @Test
    void aPartitionThatDoesNotExistIsRefusedWithTheRange() {
        try (Producer producer = producer("max.block.ms", "200")) {
            FlotillaError error =
                    failure(producer.send(new ProducerRecord(TOPIC, 7, null, null, new byte[1], List.of())));
            assertThat(error.code()).isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
            assertThat(error.message()).contains("partition 7").contains("0 to 0");
        }
    }

    @Test
    void recordsForADeletedTopicFail() throws Exception {
        Fault[] refusals = new Fault[1_000];
        java.util.Arrays.fill(refusals, new Fault.Refuse(ErrorCode.NOT_ENOUGH_REPLICAS));
        try (Producer producer = producer("linger.ms", "0")) {
            get(producer.send(ProducerRecord.of(TOPIC, null, "x")));
            cluster.fault(TOPIC, 0, refusals);
            var waiting = producer.send(ProducerRecord.of(TOPIC, null, "y"));
            cluster.deleteTopic(TOPIC);
            assertThat(failure(waiting).code()).isEqualTo(ErrorCode.UNKNOWN_TOPIC_ID);
        }
    }

    @Test
    void anOversizedRecordIsRefusedAtOnceWithSizeAndLimit() {
        try (Producer producer = producer("max.request.size", "1000")) {
            assertThatThrownBy(() -> producer.send(new ProducerRecord(TOPIC, null, new byte[2_000])))
                    .isInstanceOf(FlotillaException.class)
                    .hasMessageContaining("MESSAGE_TOO_LARGE")
                    .hasMessageContaining("max.request.size 1000")
                    .hasMessageContaining("a record of 20");
        }
    }

    @Test
    void anIllegalTopicNameIsRefusedAtOnce() {
        try (Producer producer = producer()) {
            assertThatThrownBy(() -> producer.send(ProducerRecord.of("no/slash", null, "x")))
                    .hasMessageContaining("INVALID_TOPIC_EXCEPTION");
        }
    }

    @Test
    void aFullBufferBlocksAndThenRefuses() {
        cluster.fault(TOPIC, 0, new Fault.Swallow());
        try (Producer producer = producer(
                "buffer.memory", "3000", "max.block.ms", "50", "linger.ms", "0", "request.timeout.ms", "1000")) {
            producer.send(new ProducerRecord(TOPIC, null, new byte[2_000]));
            assertThatThrownBy(() -> producer.send(new ProducerRecord(TOPIC, null, new byte[2_000])))
                    .hasMessageContaining("buffer.memory 3000")
                    .hasMessageContaining("max.block.ms 50");
            producer.close(Duration.ZERO);
        }
    }

    @Test
    void recordsWithOneKeyGoWhereKafkaSendsThem() throws Exception {
        cluster.topic("keyed", 6);
        byte[] key = "some key".getBytes(StandardCharsets.UTF_8);
        int expected = org.apache.kafka.clients.producer.internals.BuiltInPartitioner.partitionForKey(key, 6);
        try (Producer producer = producer()) {
            assertThat(get(producer.send(new ProducerRecord("keyed", key, null)))
                            .partition())
                    .isEqualTo(expected);
        }
    }

    @Test
    void recordsWithoutKeySpreadOverThePartitions() throws Exception {
        cluster.topic("spread", 6);
        try (Producer producer = producer("batch.size", "500")) {
            List<CompletableFuture<RecordMetadata>> answers = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                answers.add(producer.send(new ProducerRecord("spread", null, new byte[50])));
            }
            for (var answer : answers) {
                get(answer);
            }
        }
        assertThat(IntStream.range(0, 6).mapToLong(partition -> cluster.logEnd("spread", partition)))
                .allMatch(count -> count > 0);
    }

    @Test
    void acksZeroIsAnsweredWithoutAnOffset() throws Exception {
        try (Producer producer = producer("acks", "0")) {
            RecordMetadata told = get(producer.send(ProducerRecord.of(TOPIC, null, "x")));
            assertThat(told.offset()).isEqualTo(-1);
            assertThat(told.durability()).isNull();
        }
    }

    @Test
    void acksOneCarriesNoProducerId() throws Exception {
        try (Producer producer = producer("acks", "1")) {
            get(producer.send(ProducerRecord.of(TOPIC, null, "x")));
        }
        assertThat(cluster.log(TOPIC, 0).get(0).getProducerId()).isEqualTo(-1);
        assertThat(cluster.initProducerCalls()).isZero();
    }

    @Test
    void appendTimestampsAreTheLeaders() throws Exception {
        cluster.topic("stamped", 1, Map.of("message.timestamp.type", "LogAppendTime"));
        try (Producer producer = producer()) {
            assertThat(get(producer.send(ProducerRecord.of("stamped", null, "x")))
                            .timestampMs())
                    .isEqualTo(77);
        }
    }

    @Test
    void theCallbackRunsBeforeTheFutureAndMayThrow() throws Exception {
        CompletableFuture<RecordMetadata> heard = new CompletableFuture<>();
        try (Producer producer = producer()) {
            RecordMetadata told = get(producer.send(ProducerRecord.of(TOPIC, null, "x"), (metadata, failure) -> {
                heard.complete(metadata);
                throw new IllegalStateException("thrown by the application, on purpose");
            }));
            assertThat(heard).isCompletedWithValue(told);
            get(producer.send(ProducerRecord.of(TOPIC, null, "still works")));
        }
    }

    @Test
    void closeAnswersEverythingFirst() {
        List<CompletableFuture<RecordMetadata>> answers;
        Producer producer = producer("linger.ms", "60000", "request.timeout.ms", "1000");
        answers = sendEach(producer, numbered(100));
        producer.close();
        assertThat(answers).allMatch(answer -> answer.isDone() && !answer.isCompletedExceptionally());
        assertThatThrownBy(() -> producer.send(ProducerRecord.of(TOPIC, null, "x")))
                .hasMessageContaining("the producer is closed");
    }

    @Test
    void closeWithoutPatienceTellsWhatIsUnknown() {
        cluster.fault(TOPIC, 0, new Fault.Swallow());
        Producer producer = producer("linger.ms", "0");
        var answer = producer.send(ProducerRecord.of(TOPIC, null, "x"));
        while (cluster.pendingFaults(TOPIC, 0) > 0) {
            Thread.onSpinWait();
        }
        producer.close(Duration.ofMillis(1));
        assertThat(failure(answer).outcome()).isEqualTo(Outcome.UNKNOWN);
    }
}
