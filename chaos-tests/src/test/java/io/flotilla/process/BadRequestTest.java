package io.flotilla.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import io.flotilla.client.NewTopic;
import io.flotilla.client.Producer;
import io.flotilla.client.ProducerRecord;
import io.flotilla.client.TopicResult;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.error.FlotillaException;
import io.flotilla.model.error.Outcome;
import io.flotilla.model.wire.StatusErrors;
import io.flotilla.proto.v1.FetchRequest;
import io.flotilla.proto.v1.FetchResponse;
import io.flotilla.proto.v1.MetadataServiceDescribeRequest;
import io.flotilla.proto.v1.ProduceRequest;
import io.flotilla.proto.v1.ProduceResponse;
import io.flotilla.proto.v1.RecordBatch;
import io.flotilla.proto.v1.RecordSet;
import io.flotilla.proto.v1.TopicRef;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests that make no sense get a clear error, and the node serves on. */
@Tag("process")
class BadRequestTest {
    private static final String TOPIC = "good";
    private static final int FIXED32_OF_COUNT = 1;

    @RegisterExtension
    static final TestCluster CLUSTER = TestCluster.ofNodes(1);

    private static StubClient stub;

    @BeforeAll
    static void makeTopic() {
        CLUSTER.createTopic(TOPIC, 1, 1);
        CLUSTER.leader(TOPIC, 0);
        stub = new StubClient(CLUSTER.client(1));
    }

    @AfterAll
    static void closeStub() {
        stub.close();
    }

    @AfterEach
    void theNodeServesOn() {
        RecordBatch.Builder batch = StubClient.batch(List.of("good"));
        ProduceResponse acked = stub.produce(StubClient.request(TOPIC, batch));
        assertThat(acked.hasError()).as(acked.toString()).isFalse();
        assertThat(stub.fetch(TOPIC, acked.getBaseOffset()).getBatches(0).getPayload())
                .isEqualTo(batch.getPayload());
    }

    static Stream<Arguments> badBatches() {
        RecordBatch good = StubClient.batch(List.of("a", "b")).build();
        return Stream.of(
                Arguments.of("a crc of other bytes", good.toBuilder().setCrc(1), ErrorCode.CORRUPT_MESSAGE, "crc"),
                Arguments.of(
                        "a length that is not the payload's",
                        good.toBuilder().setUncompressedSize(1_000),
                        ErrorCode.INVALID_RECORD,
                        "uncompressed_size is 1000"),
                Arguments.of(
                        "more records than offsets",
                        good.toBuilder().setRecordCount(3),
                        ErrorCode.INVALID_RECORD,
                        "record_count is 3"),
                Arguments.of(
                        "no records",
                        good.toBuilder().setRecordCount(0),
                        ErrorCode.INVALID_RECORD,
                        "record_count is 0"),
                Arguments.of(
                        "more records than bytes",
                        good.toBuilder().setRecordCount(1_000).setLastOffsetDelta(999),
                        ErrorCode.INVALID_RECORD,
                        "hold at most"),
                Arguments.of(
                        "a missing field",
                        good.toBuilder().clearMaxTimestampMs(),
                        ErrorCode.CORRUPT_MESSAGE,
                        "max_timestamp_ms is missing"),
                Arguments.of(
                        "a repeated field",
                        good.toBuilder().setUnknownFields(field(8)),
                        ErrorCode.CORRUPT_MESSAGE,
                        "record_count is repeated"),
                Arguments.of(
                        "an unknown field",
                        good.toBuilder().setUnknownFields(field(16)),
                        ErrorCode.CORRUPT_MESSAGE,
                        "field 16 is unknown"),
                Arguments.of(
                        "an unknown codec",
                        good.toBuilder().setAttributes(7),
                        ErrorCode.UNSUPPORTED_COMPRESSION_TYPE,
                        "codec 7"),
                Arguments.of(
                        "a batch above max.message.bytes",
                        StubClient.batch(List.of("x".repeat(1 << 20))),
                        ErrorCode.MESSAGE_TOO_LARGE,
                        "max.message.bytes"));
    }

    private static UnknownFieldSet field(int number) {
        return UnknownFieldSet.newBuilder()
                .addField(
                        number,
                        UnknownFieldSet.Field.newBuilder()
                                .addFixed32(FIXED32_OF_COUNT)
                                .build())
                .build();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badBatches")
    void aBadBatchIsRefused(String what, RecordBatch.Builder batch, ErrorCode code, String message) {
        assertRefused(stub.produce(StubClient.request(TOPIC, batch)), code, message);
    }

    @Test
    void aRequestWithoutBatchesIsRefused() {
        ProduceRequest.Builder request =
                ProduceRequest.newBuilder().setTopic(TopicRef.newBuilder().setName(TOPIC));
        assertRefused(stub.produce(request), ErrorCode.INVALID_RECORD, "no batch");
    }

    @Test
    void anUnknownTopicIsRefused() {
        assertRefused(
                stub.produce(StubClient.request("missing", StubClient.batch(List.of("a")))),
                ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
                "topic missing does not exist");
    }

    @Test
    void anUnknownPartitionIsRefused() {
        assertRefused(
                stub.produce(StubClient.request(TOPIC, StubClient.batch(List.of("a")))
                        .setPartition(7)),
                ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
                "not 7");
    }

    @Test
    void aWrongTopicIdIsRefused() {
        TopicRef wrong = TopicRef.newBuilder()
                .setName(TOPIC)
                .setId(ByteString.copyFrom(new byte[16]))
                .build();
        assertRefused(
                stub.produce(StubClient.request(TOPIC, StubClient.batch(List.of("a")))
                        .setTopic(wrong)),
                ErrorCode.UNKNOWN_TOPIC_ID,
                TOPIC);
        FetchResponse answer = stub.fetch(FetchRequest.newBuilder().setTopic(wrong));
        assertThat(answer.getError().getReason()).isEqualTo(ErrorCode.UNKNOWN_TOPIC_ID.name());
    }

    /** Larger than the producer's own limit, and larger than only the topic's. */
    @Test
    void anOversizedRecordIsRefused() {
        CLUSTER.createTopic(new NewTopic("narrow", 1, 1).withConfigs(Map.of("max.message.bytes", "2000")));
        try (Producer producer = new Producer(CLUSTER.config(Map.of("max.request.size", "5000")))) {
            assertThatThrownBy(() -> producer.send(record("narrow", 6_000)))
                    .isInstanceOfSatisfying(FlotillaException.class, BadRequestTest::isTooLarge);
            assertThatThrownBy(producer.send(record("narrow", 3_000))::join)
                    .cause()
                    .isInstanceOfSatisfying(FlotillaException.class, BadRequestTest::isTooLarge);
            assertThat(producer.send(record("narrow", 1_000)).join().offset()).isZero();
        }
    }

    private static ProducerRecord record(String topic, int bytes) {
        return new ProducerRecord(topic, null, new byte[bytes]);
    }

    private static void isTooLarge(FlotillaException refused) {
        assertThat(refused.error().code()).isEqualTo(ErrorCode.MESSAGE_TOO_LARGE);
        assertThat(refused.error().outcome()).isEqualTo(Outcome.NOT_APPLIED);
    }

    @Test
    void aFetchOutOfRangeIsRefused() {
        FetchResponse answer = stub.fetch(TOPIC, 1_000_000);
        assertThat(answer.getError().getReason()).isEqualTo(ErrorCode.OFFSET_OUT_OF_RANGE.name());
        assertThat(answer.getError().getMessage()).contains("offset 1000000");
        assertThat(answer.getBatchesCount()).isZero();
    }

    static Stream<Arguments> badTopics() {
        return Stream.of(
                Arguments.of(new NewTopic("no spaces", 1, 1), ErrorCode.INVALID_TOPIC_EXCEPTION, "no spaces"),
                Arguments.of(new NewTopic("..", 1, 1), ErrorCode.INVALID_TOPIC_EXCEPTION, ".."),
                Arguments.of(new NewTopic("x".repeat(250), 1, 1), ErrorCode.INVALID_TOPIC_EXCEPTION, "249"),
                Arguments.of(new NewTopic("tripled", 1, 3), ErrorCode.INVALID_REPLICATION_FACTOR, "3"),
                Arguments.of(new NewTopic("negative", -1, 1), ErrorCode.INVALID_PARTITIONS, "-1"),
                Arguments.of(
                        new NewTopic("mistyped", 1, 1).withConfigs(Map.of("max.mesage.bytes", "2000")),
                        ErrorCode.INVALID_CONFIG,
                        "max.message.bytes"),
                Arguments.of(new NewTopic(TOPIC, 1, 1), ErrorCode.TOPIC_ALREADY_EXISTS, TOPIC));
    }

    @ParameterizedTest
    @MethodSource("badTopics")
    void aTopicThatCannotBeIsRefused(NewTopic topic, ErrorCode code, String message) {
        TopicResult result = CLUSTER.admin().createTopics(List.of(topic)).get(0);
        assertThat(result.error()).hasValueSatisfying(error -> {
            assertThat(error.code()).isEqualTo(code);
            assertThat(error.outcome()).isEqualTo(Outcome.NOT_APPLIED);
            assertThat(error.message()).contains(message);
        });
        assertThat(CLUSTER.admin().listTopics()).contains(TOPIC).doesNotContain("tripled", "negative", "mistyped");
    }

    /** Only the server knows of the deadline here: it is the server that ends the call, and says why. */
    @Test
    void anExpiredDeadlineEndsTheCall() {
        Metadata deadline = new Metadata();
        deadline.put(Metadata.Key.of("grpc-timeout", Metadata.ASCII_STRING_MARSHALLER), "2000m");
        MetadataServiceDescribeRequest never = MetadataServiceDescribeRequest.newBuilder()
                .setMinRevision(Long.MAX_VALUE)
                .build();
        assertThatThrownBy(() -> stub.metadata()
                        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(deadline))
                        .describe(never))
                .isInstanceOfSatisfying(StatusRuntimeException.class, failure -> {
                    FlotillaError error = StatusErrors.ofFailure(failure);
                    assertThat(error.code()).isEqualTo(ErrorCode.REQUEST_TIMED_OUT);
                    assertThat(error.outcome()).isEqualTo(Outcome.NOT_APPLIED);
                    assertThat(error.message()).contains("not yet " + Long.MAX_VALUE);
                });
    }

    /** Much is sent at once with next to no time: what is refused as NOT_APPLIED is not there, the rest is. */
    @Test
    void theOutcomeOfAnExpiredProduceIsTrue() throws InvalidProtocolBufferException {
        CLUSTER.createTopic("hasty", 1, 1);
        CLUSTER.leader("hasty", 0);
        int requests = 200;
        List<ProduceResponse> answers = stub.produce(LongStream.range(0, requests)
                .mapToObj(number -> StubClient.request(
                                "hasty", StubClient.batch(List.of(number + ":" + "x".repeat(50_000))))
                        .setCorrelationId(number)
                        .setTimeoutMs(1))
                .toList());
        assertThat(answers.stream().filter(ProduceResponse::hasError))
                .isNotEmpty()
                .allSatisfy(answer ->
                        assertThat(answer.getError().getReason()).isEqualTo(ErrorCode.REQUEST_TIMED_OUT.name()));
        Set<Long> refused = numbers(answers, true);
        Set<Long> present = present("hasty");
        assertThat(present).doesNotContainAnyElementsOf(refused).containsAll(numbers(answers, false));
    }

    private static Set<Long> numbers(List<ProduceResponse> answers, boolean notApplied) {
        return answers.stream()
                .filter(answer -> notApplied
                        ? answer.getError().getOutcome() == io.flotilla.proto.v1.Outcome.OUTCOME_NOT_APPLIED
                        : !answer.hasError())
                .map(ProduceResponse::getCorrelationId)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<Long> present(String topic) throws InvalidProtocolBufferException {
        Set<Long> present = new TreeSet<>();
        long end = Long.MAX_VALUE;
        for (long offset = 0; offset < end; ) {
            FetchResponse answer = stub.fetch(topic, offset);
            end = answer.getHighWatermark();
            for (RecordBatch batch : answer.getBatchesList()) {
                String value = RecordSet.parseFrom(batch.getPayload())
                        .getRecords(0)
                        .getValue()
                        .toStringUtf8();
                present.add(Long.parseLong(value.substring(0, value.indexOf(':'))));
                offset = batch.getBaseOffset() + batch.getLastOffsetDelta() + 1;
            }
        }
        return present;
    }

    private static void assertRefused(ProduceResponse answer, ErrorCode code, String message) {
        assertThat(answer.getError().getReason()).isEqualTo(code.name());
        assertThat(answer.getError().getCode()).isEqualTo(code.number());
        assertThat(answer.getError().getOutcome()).isEqualTo(io.flotilla.proto.v1.Outcome.OUTCOME_NOT_APPLIED);
        assertThat(answer.getError().getMessage()).contains(message);
    }
}
