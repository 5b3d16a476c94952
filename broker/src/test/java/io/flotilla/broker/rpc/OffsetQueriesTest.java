package io.flotilla.broker.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.image.Durability;
import io.flotilla.model.wire.StatusErrors;
import io.flotilla.proto.v1.EpochQuery;
import io.flotilla.proto.v1.EpochResult;
import io.flotilla.proto.v1.InitProducerRequest;
import io.flotilla.proto.v1.ListOffsetsQuery;
import io.flotilla.proto.v1.ListOffsetsRequest;
import io.flotilla.proto.v1.ListOffsetsResult;
import io.flotilla.proto.v1.LogServiceGrpc;
import io.flotilla.proto.v1.OffsetSpec;
import io.flotilla.proto.v1.OffsetsForLeaderEpochRequest;
import io.flotilla.proto.v1.ProduceRequest;
import io.flotilla.proto.v1.ProduceResponse;
import io.flotilla.proto.v1.TopicRef;
import io.grpc.ManagedChannel;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OffsetQueriesTest {
    private static final TopicRef ORDERS =
            TopicRef.newBuilder().setName(TwoBrokers.TOPIC).build();

    @TempDir
    Path directory;

    private TwoBrokers cluster;
    private ManagedChannel channel;
    private LogServiceGrpc.LogServiceBlockingStub stub;

    @BeforeEach
    void threeRecordsOfEpoch5() throws Exception {
        cluster = new TwoBrokers(directory, Durability.REPLICATED);
        cluster.lead(1, 5, 1);
        channel = BrokerNode.channel(cluster.node(1).endpoint());
        stub = LogServiceGrpc.newBlockingStub(channel);
        StubStream<ProduceRequest, ProduceResponse> produce = StubStream.open(LogServiceGrpc.newStub(channel)::produce);
        produce.send(ProduceRequest.newBuilder()
                .setTopic(ORDERS)
                .addBatches(StubBatches.of("a", "b"))
                .addBatches(StubBatches.of("c"))
                .build());
        assertThat(produce.next().getLastOffset()).isEqualTo(2);
    }

    @AfterEach
    void stop() {
        channel.shutdownNow();
        cluster.close();
    }

    @Test
    void offsetsAreFoundByPositionAndByTime() {
        List<ListOffsetsResult> found = stub.listOffsets(ListOffsetsRequest.newBuilder()
                        .addQueries(query(OffsetSpec.OFFSET_SPEC_EARLIEST))
                        .addQueries(query(OffsetSpec.OFFSET_SPEC_LATEST))
                        .addQueries(query(OffsetSpec.OFFSET_SPEC_TIMESTAMP).setTimestampMs(StubBatches.TIMESTAMP_MS))
                        .addQueries(
                                query(OffsetSpec.OFFSET_SPEC_TIMESTAMP).setTimestampMs(StubBatches.TIMESTAMP_MS + 1))
                        .addQueries(query(OffsetSpec.OFFSET_SPEC_MAX_TIMESTAMP))
                        .build())
                .getResultsList();
        assertThat(found).extracting(ListOffsetsResult::getOffset).containsExactly(0L, 3L, 0L, -1L, 0L);
        assertThat(found).extracting(ListOffsetsResult::getLeaderEpoch).containsOnly(5);
        assertThat(found.get(2).getTimestampMs()).isEqualTo(StubBatches.TIMESTAMP_MS);
        assertThat(found.get(3).getTimestampMs()).isEqualTo(-1);
    }

    @Test
    void eachQueryFailsByItself() {
        List<ListOffsetsResult> found = stub.listOffsets(ListOffsetsRequest.newBuilder()
                        .addQueries(query(OffsetSpec.OFFSET_SPEC_UNSPECIFIED))
                        .addQueries(query(OffsetSpec.OFFSET_SPEC_LATEST))
                        .addQueries(query(OffsetSpec.OFFSET_SPEC_LATEST).setPartition(8))
                        .addQueries(query(OffsetSpec.OFFSET_SPEC_LATEST).setLeaderEpoch(4))
                        .build())
                .getResultsList();
        assertThat(found)
                .extracting(result -> result.getError().getReason())
                .containsExactly("INVALID_REQUEST", "", "UNKNOWN_TOPIC_OR_PARTITION", "FENCED_LEADER_EPOCH");
        assertThat(found).extracting(ListOffsetsResult::getOffset).containsExactly(-1L, 3L, -1L, -1L);
    }

    @Test
    void anEpochEndsWhereTheNextOneBegins() {
        List<EpochResult> found = stub.offsetsForLeaderEpoch(OffsetsForLeaderEpochRequest.newBuilder()
                        .addQueries(epochQuery(5))
                        .addQueries(epochQuery(4))
                        .addQueries(epochQuery(5).setPartition(8))
                        .build())
                .getResultsList();
        assertThat(found).extracting(EpochResult::getEpoch).containsExactly(5, -1, -1);
        assertThat(found).extracting(EpochResult::getEndOffset).containsExactly(3L, -1L, -1L);
        assertThat(found.get(2).getError().getReason()).isEqualTo("UNKNOWN_TOPIC_OR_PARTITION");
    }

    @Test
    void aCallWithoutQueriesIsRefusedAsAWhole() {
        FlotillaError error =
                StatusErrors.ofFailure(catchThrowable(() -> stub.listOffsets(ListOffsetsRequest.getDefaultInstance())));
        assertThat(error.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
    }

    @Test
    void everyProducerGetsAnIdOfItsOwn() {
        InitProducerRequest request = InitProducerRequest.getDefaultInstance();
        assertThat(stub.initProducer(request).getProducerId()).isEqualTo(BrokerNode.FIRST_PRODUCER_ID);
        assertThat(stub.initProducer(request).getProducerId()).isEqualTo(BrokerNode.FIRST_PRODUCER_ID + 1);
    }

    @Test
    void withoutAControllerThereIsNoProducerId() {
        cluster.node(1).controllerIsAway = true;
        FlotillaError error = StatusErrors.ofFailure(
                catchThrowable(() -> stub.initProducer(InitProducerRequest.getDefaultInstance())));
        assertThat(error.code()).isEqualTo(ErrorCode.NOT_CONTROLLER);
    }

    private static ListOffsetsQuery.Builder query(OffsetSpec spec) {
        return ListOffsetsQuery.newBuilder().setTopic(ORDERS).setSpec(spec);
    }

    private static EpochQuery.Builder epochQuery(int askedEpoch) {
        return EpochQuery.newBuilder().setTopic(ORDERS).setAskedEpoch(askedEpoch);
    }
}
