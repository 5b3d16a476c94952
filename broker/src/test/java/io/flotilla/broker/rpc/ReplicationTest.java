package io.flotilla.broker.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.flotilla.model.image.Durability;
import io.flotilla.proto.internal.v1.DigestReplicaRequest;
import io.flotilla.proto.internal.v1.DigestReplicaResponse;
import io.flotilla.proto.internal.v1.FetchReplicaRequest;
import io.flotilla.proto.internal.v1.FetchReplicaResponse;
import io.flotilla.proto.internal.v1.OpenReplicaStream;
import io.flotilla.proto.internal.v1.ReplicationServiceGrpc;
import io.flotilla.proto.v1.LogServiceGrpc;
import io.flotilla.proto.v1.ProduceRequest;
import io.flotilla.proto.v1.ProduceResponse;
import io.flotilla.proto.v1.TopicRef;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two brokers with files, threads and sockets, and one partition on both. */
class ReplicationTest {
    @TempDir
    Path directory;

    private final List<ManagedChannel> channels = new ArrayList<>();
    private TwoBrokers cluster;

    @AfterEach
    void stop() throws Exception {
        channels.forEach(ManagedChannel::shutdownNow);
        cluster.close();
    }

    @ParameterizedTest
    @EnumSource(Durability.class)
    void theWatermarkMovesOnceTheFollowerHasTheRecords(Durability durability) throws Exception {
        start(durability);
        produce(1, 0, 50);
        assertThat(cluster.node(1).partition.status().highWatermark()).isEqualTo(50);
        Await.until("the follower hears of it", () -> highWatermark(2) == 50);
        assertReplicasEqual(50);
        assertThat(cluster.node(2).events).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Durability.class)
    void aRestartedFollowerCatchesUpAndJoinsAgain(Durability durability) throws Exception {
        start(durability);
        produce(1, 0, 20);
        cluster.stop(2);
        cluster.lead(1, 6, 1);
        produce(1, 20, 20);
        cluster.restart(2);
        Await.until("the follower is in sync again", () -> cluster.isr().equals(List.of(1, 2)));
        produce(1, 40, 20);
        Await.until("the follower hears of it", () -> highWatermark(2) == 60);
        assertReplicasEqual(60);
    }

    @Test
    void aLostConnectionIsOpenedAgain() throws Exception {
        start(Durability.SYNCED);
        produce(1, 0, 10);
        cluster.node(2).loseConnectionTo(cluster.node(1).endpoint());
        produce(1, 10, 10);
        Await.until("the follower hears of it", () -> highWatermark(2) == 20);
        assertThat(cluster.isr()).containsExactly(1, 2);
        assertThat(cluster.node(1).suspected).containsOnly(2);
        assertReplicasEqual(20);
    }

    @Test
    void leadershipMovesBackAndForth() throws Exception {
        start(Durability.REPLICATED);
        produce(1, 0, 10);
        cluster.lead(2, 6, 1, 2);
        produce(2, 10, 10);
        cluster.lead(1, 7, 1, 2);
        produce(1, 20, 10);
        Await.until("the follower hears of it", () -> highWatermark(2) == 30);
        assertReplicasEqual(30);
    }

    @Test
    void aKilledFollowerLeavesTheIsrAtOnce() throws Exception {
        start(Durability.SYNCED);
        produce(1, 0, 10);
        cluster.stop(2);
        Await.until("the follower left", () -> cluster.isr().equals(List.of(1)));
        produce(1, 10, 10);
    }

    @Test
    void anIdleStreamIsHeardOf() throws Exception {
        start(Durability.SYNCED);
        Await.until("the stream is open", () -> cluster.node(1).replicaHeardAtNanos(2) != Long.MIN_VALUE);
        long heardAtNanos = cluster.node(1).replicaHeardAtNanos(2);
        Await.until("a heartbeat came", () -> cluster.node(1).replicaHeardAtNanos(2) > heardAtNanos + 400_000_000L);
        assertThat(cluster.node(1).suspected).isEmpty();
    }

    @Test
    void onlyRegisteredRunsMayOpenAStream() throws Exception {
        start(Durability.SYNCED);
        OpenReplicaStream sound = OpenReplicaStream.newBuilder()
                .setClusterId("c1")
                .setFollowerId(2)
                .setFollowerEpoch(cluster.node(2).epoch)
                .setFollowerIncarnation(
                        ByteString.copyFrom(cluster.node(2).incarnation.bytes()))
                .setLeaderBrokerEpoch(cluster.node(1).epoch)
                .setCreditBytes(1 << 20)
                .build();
        assertThat(refusal(sound.toBuilder().setClusterId("c2").build()))
                .contains("cluster id 'c2' is not this broker's 'c1'");
        assertThat(refusal(sound.toBuilder().setLeaderBrokerEpoch(1).build())).contains("this broker's epoch is");
        assertThat(refusal(sound.toBuilder().setFollowerEpoch(2).build())).contains("broker 2 is registered in epoch");
        assertThat(refusal(sound.toBuilder()
                        .setFollowerIncarnation(ByteString.EMPTY)
                        .build()))
                .contains("broker 2 is registered in epoch");
        assertThat(refusal(sound.toBuilder().setFollowerId(9).build())).contains("broker 9 is not registered");
        assertThat(refusal(sound.toBuilder().setCreditBytes(0).build())).contains("credit_bytes is 0");
        StubStream<FetchReplicaRequest, FetchReplicaResponse> unopened = replicaStream();
        unopened.send(FetchReplicaRequest.getDefaultInstance());
        assertThat(unopened.end().getDescription()).contains("must open it");
        StubStream<FetchReplicaRequest, FetchReplicaResponse> opened = replicaStream();
        opened.send(FetchReplicaRequest.newBuilder().setOpen(sound).build());
        assertThat(opened.next().getHeartbeat()).isTrue();
    }

    private String refusal(OpenReplicaStream open) {
        StubStream<FetchReplicaRequest, FetchReplicaResponse> stream = replicaStream();
        stream.send(FetchReplicaRequest.newBuilder().setOpen(open).build());
        Status end = stream.end();
        return end.getDescription() == null ? "" : end.getDescription();
    }

    private StubStream<FetchReplicaRequest, FetchReplicaResponse> replicaStream() {
        return StubStream.open(ReplicationServiceGrpc.newStub(channel(1))::fetchReplica);
    }

    private void start(Durability durability) throws Exception {
        cluster = new TwoBrokers(directory, durability);
        cluster.lead(1, 5, 1, 2);
    }

    private void produce(int broker, int from, int count) {
        StubStream<ProduceRequest, ProduceResponse> stream =
                StubStream.open(LogServiceGrpc.newStub(channel(broker))::produce);
        for (int i = from; i < from + count; i++) {
            stream.send(ProduceRequest.newBuilder()
                    .setCorrelationId(i)
                    .setTopic(TopicRef.newBuilder().setName(TwoBrokers.TOPIC))
                    .addBatches(StubBatches.of("value " + i))
                    .build());
        }
        for (int i = from; i < from + count; i++) {
            ProduceResponse answer = stream.next();
            assertThat(answer.getError().getMessage()).isEmpty();
            assertThat(answer.getBaseOffset()).isEqualTo(answer.getCorrelationId());
        }
        stream.finish();
    }

    private long highWatermark(int broker) {
        return cluster.node(broker).partition.status().highWatermark();
    }

    private void assertReplicasEqual(long end) {
        DigestReplicaResponse leader = digest(1, end);
        assertThat(leader.getBatches()).isEqualTo(end);
        assertThat(digest(2, end)).isEqualTo(leader);
    }

    private DigestReplicaResponse digest(int broker, long end) {
        return ReplicationServiceGrpc.newBlockingStub(channel(broker))
                .digestReplica(DigestReplicaRequest.newBuilder()
                        .setClusterId("c1")
                        .setTopicId(
                                ByteString.copyFrom(TwoBrokers.PARTITION.topic().bytes()))
                        .setStartOffset(0)
                        .setEndOffset(end)
                        .build());
    }

    private ManagedChannel channel(int broker) {
        ManagedChannel channel = BrokerNode.channel(cluster.node(broker).endpoint());
        channels.add(channel);
        return channel;
    }
}
