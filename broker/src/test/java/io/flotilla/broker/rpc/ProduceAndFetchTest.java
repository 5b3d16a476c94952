package io.flotilla.broker.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.flotilla.model.image.Durability;
import io.flotilla.proto.v1.Acks;
import io.flotilla.proto.v1.Error;
import io.flotilla.proto.v1.FetchRequest;
import io.flotilla.proto.v1.FetchResponse;
import io.flotilla.proto.v1.LogServiceGrpc;
import io.flotilla.proto.v1.Outcome;
import io.flotilla.proto.v1.ProduceRequest;
import io.flotilla.proto.v1.ProduceResponse;
import io.flotilla.proto.v1.RecordBatch;
import io.flotilla.proto.v1.TopicRef;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A client with nothing but the generated stub, and a broker with files and sockets. */
class ProduceAndFetchTest {
    private static final TopicRef ORDERS =
            TopicRef.newBuilder().setName("orders").build();

    @TempDir
    Path directory;

    private TwoBrokers cluster;
    private ManagedChannel channel;
    private StubStream<ProduceRequest, ProduceResponse> produce;
    private StubStream<FetchRequest, FetchResponse> fetch;

    @BeforeEach
    void start() throws Exception {
        cluster = new TwoBrokers(directory, Durability.SYNCED);
        cluster.lead(1, 5, 1);
        channel = BrokerNode.channel(cluster.node(1).endpoint());
        LogServiceGrpc.LogServiceStub stub = LogServiceGrpc.newStub(channel);
        produce = StubStream.open(stub::produce);
        fetch = StubStream.open(stub::fetch);
    }

    @AfterEach
    void stop() throws Exception {
        channel.shutdownNow();
        cluster.close();
    }

    @Test
    void whatAStubProducesAStubFetches() throws Exception {
        produce.send(request(1, StubBatches.of("a", "b"), StubBatches.complete("c")));
        ProduceResponse produced = produce.next();
        assertThat(produced.hasError()).isFalse();
        assertThat(produced.getCorrelationId()).isEqualTo(1);
        assertThat(produced.getBaseOffset()).isZero();
        assertThat(produced.getLastOffset()).isEqualTo(2);
        assertThat(produced.getLeaderEpoch()).isEqualTo(5);
        assertThat(produced.getDurability()).isEqualTo(io.flotilla.proto.v1.Durability.DURABILITY_SYNCED);
        fetch.send(fetchFrom(0).setCorrelationId(9).build());
        FetchResponse fetched = fetch.next();
        assertThat(fetched.getCorrelationId()).isEqualTo(9);
        assertThat(StubBatches.payloads(fetched.getBatchesList())).containsExactly("a", "b", "c");
        assertThat(fetched.getBatches(1).getBaseOffset()).isEqualTo(2);
        assertThat(fetched.getBatches(1).getLeaderEpoch()).isEqualTo(5);
        assertThat(fetched.getHighWatermark()).isEqualTo(3);
        assertThat(fetched.getLastStableOffset()).isEqualTo(3);
    }

    @Test
    void requestsOfAStreamAreAppendedInTheirOrder() {
        int requests = 500;
        for (int i = 0; i < requests; i++) {
            produce.send(request(i, StubBatches.of("value " + i)));
        }
        for (int i = 0; i < requests; i++) {
            ProduceResponse answer = produce.next();
            assertThat(answer.getCorrelationId()).isEqualTo(i);
            assertThat(answer.getBaseOffset()).isEqualTo(i);
        }
    }

    @Test
    void aLongPollIsAnsweredWhenRecordsCome() throws Exception {
        fetch.send(fetchFrom(0).setMaxWaitMs(60_000).build());
        produce.send(request(1, StubBatches.of("late")));
        assertThat(StubBatches.payloads(fetch.next().getBatchesList())).containsExactly("late");
    }

    @Test
    void aPollThatFindsNothingIsAnsweredEmpty() {
        fetch.send(fetchFrom(0).build());
        FetchResponse empty = fetch.next();
        assertThat(empty.getBatchesCount()).isZero();
        assertThat(empty.hasError()).isFalse();
    }

    @Test
    void moreFetchesThanMayBeOpenAreAllAnswered() {
        produce.send(request(1, StubBatches.of("for all")));
        produce.next();
        for (int i = 0; i < 200; i++) {
            fetch.send(fetchFrom(0).setCorrelationId(i).build());
        }
        List<Long> answered = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            answered.add(fetch.next().getCorrelationId());
        }
        assertThat(answered).doesNotHaveDuplicates().hasSize(200);
    }

    @Test
    void requestsWithoutAcksAreNeverAnswered() throws Exception {
        produce.send(request(1, StubBatches.of("silent")).toBuilder()
                .setAcks(Acks.ACKS_NONE)
                .build());
        produce.send(request(2, StubBatches.of("heard")));
        assertThat(produce.next().getCorrelationId()).isEqualTo(2);
        fetch.send(fetchFrom(0).build());
        assertThat(StubBatches.payloads(fetch.next().getBatchesList())).containsExactly("silent", "heard");
    }

    @Test
    void aClientThatSaysItIsDoneGetsAllAnswersFirst() {
        produce.send(request(1, StubBatches.of("last words")));
        produce.finish();
        assertThat(produce.next().getCorrelationId()).isEqualTo(1);
        assertThat(produce.end().isOk()).isTrue();
        fetch.finish();
        assertThat(fetch.end().isOk()).isTrue();
    }

    @Test
    void whatCannotBeAppendedIsRefusedAndHarmsNothing() {
        RecordBatch sound = StubBatches.complete("x");
        assertThat(refusal(request(1, sound.toBuilder().setCrc(1).build()))).isEqualTo("CORRUPT_MESSAGE");
        assertThat(refusal(request(1))).isEqualTo("INVALID_RECORD");
        assertThat(refusal(request(1, sound.toBuilder().clearPayload().build())))
                .isEqualTo("CORRUPT_MESSAGE");
        assertThat(refusal(request(
                        1, sound.toBuilder().setRecordCount(0).clearCrc().build())))
                .isEqualTo("INVALID_RECORD");
        assertThat(refusal(request(1, StubBatches.of("y".repeat(BrokerNode.MESSAGE_BYTES_MAX)))))
                .isEqualTo("MESSAGE_TOO_LARGE");
        assertThat(refusal(request(1, sound).toBuilder().setTimeoutMs(-1).build()))
                .isEqualTo("INVALID_REQUEST");
        assertThat(refusal(request(1, sound).toBuilder().setTimeoutMs(900_001).build()))
                .isEqualTo("INVALID_REQUEST");
        assertThat(refusal(request(1, sound).toBuilder().setAcksValue(7).build()))
                .isEqualTo("INVALID_REQUIRED_ACKS");
        assertThat(refusal(request(1, sound).toBuilder().setLeaderEpoch(4).build()))
                .isEqualTo("FENCED_LEADER_EPOCH");
        assertThat(refusal(request(1, sound).toBuilder().setLeaderEpoch(6).build()))
                .isEqualTo("UNKNOWN_LEADER_EPOCH");
        produce.send(request(2, sound));
        assertThat(produce.next().getBaseOffset()).isZero();
    }

    @Test
    void topicsAreFoundByNameOrByIdOrByBothThatAgree() {
        ByteString id = ByteString.copyFrom(TwoBrokers.PARTITION.topic().bytes());
        ByteString otherId = ByteString.copyFrom(new byte[16]);
        assertThat(refusal(to(TopicRef.newBuilder().setName("nothing")))).isEqualTo("UNKNOWN_TOPIC_OR_PARTITION");
        assertThat(refusal(to(TopicRef.newBuilder().setId(otherId)))).isEqualTo("UNKNOWN_TOPIC_ID");
        assertThat(refusal(to(TopicRef.newBuilder().setName("nothing").setId(id))))
                .isEqualTo("UNKNOWN_TOPIC_ID");
        assertThat(refusal(to(TopicRef.newBuilder().setId(id.substring(1))))).isEqualTo("INVALID_REQUEST");
        assertThat(refusal(to(TopicRef.newBuilder()))).isEqualTo("INVALID_REQUEST");
        assertThat(refusal(to(TopicRef.newBuilder().setName("orders")).toBuilder()
                        .setPartition(3)
                        .build()))
                .isEqualTo("UNKNOWN_TOPIC_OR_PARTITION");
        produce.send(to(TopicRef.newBuilder().setName("orders").setId(id)));
        assertThat(produce.next().hasError()).isFalse();
        produce.send(to(TopicRef.newBuilder().setId(id)));
        assertThat(produce.next().hasError()).isFalse();
    }

    @Test
    void aFollowerNamesTheLeader() {
        cluster.lead(2, 6, 1, 2);
        Await.until("broker 1 follows", () -> {
            produce.send(request(1, StubBatches.of("x")));
            return produce.next().getError().getReason().equals("NOT_LEADER_OR_FOLLOWER");
        });
        produce.send(request(1, StubBatches.of("x")));
        Error error = produce.next().getError();
        assertThat(error.getCode()).isEqualTo(6);
        assertThat(error.getOutcome()).isEqualTo(Outcome.OUTCOME_NOT_APPLIED);
        assertThat(error.getLeader().getBrokerId()).isEqualTo(2);
        assertThat(error.getLeader().getEndpoint()).isEqualTo("client2:9092");
        assertThat(error.getLeader().getLeaderEpoch()).isEqualTo(6);
    }

    @Test
    void aDeadlineThatPassesBeforeTheAppendAppendsNothing() {
        CountDownLatch free = new CountDownLatch(1);
        cluster.node(1).loop.execute(() -> awaitUninterruptibly(free));
        long sentNanos = System.nanoTime();
        produce.send(request(1, StubBatches.of("too late")).toBuilder()
                .setTimeoutMs(1)
                .build());
        produce.send(request(2, StubBatches.of("in time")));
        Await.until("the deadline passes", () -> System.nanoTime() - sentNanos > 200_000_000L);
        free.countDown();
        Error error = produce.next().getError();
        assertThat(error.getReason()).isEqualTo("REQUEST_TIMED_OUT");
        assertThat(error.getOutcome()).isEqualTo(Outcome.OUTCOME_NOT_APPLIED);
        assertThat(produce.next().getBaseOffset()).isZero();
    }

    /** The call's own deadline: the client has its error, and what the broker still holds of it is never appended. */
    @Test
    void whatACallLeftBehindWhenItsDeadlinePassedIsNotAppendedLater() throws Exception {
        CountDownLatch free = new CountDownLatch(1);
        cluster.node(1).loop.execute(() -> awaitUninterruptibly(free));
        StubStream<ProduceRequest, ProduceResponse> hasty =
                StubStream.open(LogServiceGrpc.newStub(channel).withDeadlineAfter(200, TimeUnit.MILLISECONDS)::produce);
        for (int i = 0; i < 10; i++) {
            hasty.send(request(i, StubBatches.of("too late")));
        }
        assertThat(hasty.end().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        produce.send(request(1, StubBatches.of("in time"))); // behind all of them in the loop's queue
        long endedNanos = System.nanoTime();
        Await.until("the broker's deadline passes", () -> System.nanoTime() - endedNanos > 200_000_000L);
        free.countDown();
        assertThat(produce.next().getBaseOffset()).isZero();
        fetch.send(fetchFrom(0).build());
        assertThat(StubBatches.payloads(fetch.next().getBatchesList())).containsExactly("in time");
    }

    @Test
    void aDeadlineThatPassesAfterTheAppendLeavesTheOutcomeUnknown() throws Exception {
        cluster.stop(2);
        cluster.lead(1, 6, 1, 2);
        produce.send(request(1, StubBatches.of("alone")).toBuilder()
                .setTimeoutMs(300)
                .build());
        Error error = produce.next().getError();
        assertThat(error.getReason()).isEqualTo("REQUEST_TIMED_OUT");
        assertThat(error.getOutcome()).isEqualTo(Outcome.OUTCOME_UNKNOWN);
    }

    @Test
    void fetchesAreRefusedOneByOne() {
        assertThat(fetchRefusal(fetchFrom(7).build())).isEqualTo("OFFSET_OUT_OF_RANGE");
        assertThat(fetchRefusal(fetchFrom(-1).build())).isEqualTo("INVALID_REQUEST");
        assertThat(fetchRefusal(fetchFrom(0).setMaxWaitMs(-1).build())).isEqualTo("INVALID_REQUEST");
        assertThat(fetchRefusal(fetchFrom(0).setPartition(3).build())).isEqualTo("UNKNOWN_TOPIC_OR_PARTITION");
        assertThat(fetchRefusal(fetchFrom(0).setLeaderEpoch(4).build())).isEqualTo("FENCED_LEADER_EPOCH");
        produce.send(request(1, StubBatches.of("z".repeat(1_000))));
        produce.next();
        assertThat(fetchRefusal(fetchFrom(0).setMaxMessageBytes(1_000).build())).isEqualTo("MESSAGE_TOO_LARGE");
        fetch.send(fetchFrom(0).build());
        assertThat(fetch.next().getBatchesCount()).isEqualTo(1);
    }

    @Test
    void anAnswerEndsAtTheBytesAskedForButHoldsAWholeBatch() {
        for (int i = 0; i < 10; i++) {
            produce.send(request(i, StubBatches.of("v".repeat(200))));
            produce.next();
        }
        fetch.send(fetchFrom(0).setMaxBytes(1).build());
        assertThat(fetch.next().getBatchesCount()).isEqualTo(1);
        fetch.send(fetchFrom(0).setMaxBytes(1_000).build());
        assertThat(fetch.next().getBatchesCount()).isEqualTo(3);
        fetch.send(fetchFrom(4).build());
        FetchResponse rest = fetch.next();
        assertThat(rest.getBatchesCount()).isEqualTo(6);
        assertThat(rest.getBatches(0).getBaseOffset()).isEqualTo(4);
    }

    private String refusal(ProduceRequest request) {
        produce.send(request);
        Error error = produce.next().getError();
        assertThat(error.getOutcome()).isEqualTo(Outcome.OUTCOME_NOT_APPLIED);
        return error.getReason();
    }

    private String fetchRefusal(FetchRequest request) {
        fetch.send(request);
        return fetch.next().getError().getReason();
    }

    private static ProduceRequest request(long correlationId, RecordBatch... batches) {
        return ProduceRequest.newBuilder()
                .setCorrelationId(correlationId)
                .setTopic(ORDERS)
                .addAllBatches(List.of(batches))
                .build();
    }

    private static ProduceRequest to(TopicRef.Builder topic) {
        return request(1, StubBatches.of("x")).toBuilder().setTopic(topic).build();
    }

    private static FetchRequest.Builder fetchFrom(long offset) {
        return FetchRequest.newBuilder().setTopic(ORDERS).setOffset(offset);
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
