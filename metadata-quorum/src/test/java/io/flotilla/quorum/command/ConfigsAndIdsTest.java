package io.flotilla.quorum.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.id.TopicId;
import io.flotilla.model.image.LogSettings;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.proto.internal.v1.AllocateProducerIdsRequest;
import io.flotilla.proto.internal.v1.AllocateProducerIdsResponse;
import io.flotilla.proto.internal.v1.BootstrapCommand;
import io.flotilla.proto.internal.v1.Command;
import io.flotilla.proto.internal.v1.CommandResult;
import io.flotilla.proto.internal.v1.NoopCommand;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** R7, producer ids, and the identity of the cluster. */
class ConfigsAndIdsTest {
    private final TestCluster cluster = TestCluster.of(3);

    @Test
    void aNewMinimumClearsTheElrInTheSameRevision() {
        TopicId topic = cluster.topic("orders", Map.of("min.insync.replicas", "3"), 1, 2, 3);
        cluster.shrinkOrExpand(topic, 1);
        assertThat(cluster.partition(topic).elr()).containsExactly(2, 3);
        long revision = cluster.image().revision();

        cluster.accepted(cluster.config(topic, "min.insync.replicas", "2"));

        assertThat(cluster.image().revision()).isEqualTo(revision + 1);
        assertThat(cluster.topicImage(topic).settings().minInsyncReplicas()).isEqualTo(2);
        assertThat(cluster.partition(topic).isr()).containsExactly(1);
        assertThat(cluster.partition(topic).elr()).isEmpty();
    }

    @Test
    void aNewMinimumKeepsTheElrOfAnEmptyIsr() {
        TopicId topic = cluster.topic("orders", Map.of("min.insync.replicas", "2"), 1, 2, 3);
        cluster.fence(1, 2, 3);
        assertThat(cluster.partition(topic).elr()).containsExactly(1, 2, 3);

        cluster.accepted(cluster.config(topic, "min.insync.replicas", "3"));

        assertThat(cluster.partition(topic).elr()).containsExactly(1, 2, 3);
    }

    @Test
    void otherConfigsLeaveTheElrAlone() {
        TopicId topic = cluster.topic("orders", Map.of(), 1, 2, 3);
        cluster.shrinkOrExpand(topic, 1);

        cluster.accepted(cluster.config(topic, "max.message.bytes", "2048"));

        assertThat(cluster.partition(topic).elr()).containsExactly(2, 3);
    }

    @Test
    void aTopicMaySayHowLongItsRecordsAreKept() {
        TopicId topic = cluster.topic("orders", Map.of("segment.bytes", "1048576"), 1);

        cluster.accepted(cluster.config(topic, "retention.ms", "-1"));
        cluster.accepted(cluster.config(topic, "retention.bytes", "5000000000"));
        for (Map.Entry<String, String> bad : Map.of(
                        "retention.ms", "-2",
                        "retention.bytes", "many",
                        "segment.bytes", "1048575",
                        "segment.ms", "0",
                        "file.delete.delay.ms", "-1")
                .entrySet()) {
            cluster.refused(ErrorCode.INVALID_CONFIG, cluster.config(topic, bad.getKey(), bad.getValue()));
        }

        LogSettings log =
                cluster.image().topics().withId(topic).orElseThrow().settings().log();
        assertThat(log.segmentBytes()).hasValue(1 << 20);
        assertThat(log.retentionMs()).hasValue(-1);
        assertThat(log.retentionBytes()).hasValue(5_000_000_000L);
        assertThat(log.segmentMs()).isEmpty();
    }

    @Test
    void badConfigsAndAnotherDurabilityAreRefused() {
        TopicId topic = cluster.topic("orders", Map.of(), 1);

        cluster.refused(ErrorCode.INVALID_CONFIG, cluster.config(topic, "min.insync.replica", "2"));
        cluster.refused(ErrorCode.INVALID_CONFIG, cluster.config(topic, "min.insync.replicas", "0"));
        cluster.refused(ErrorCode.INVALID_CONFIG, cluster.config(topic, "durability", "replicated"));
    }

    @Test
    void noTwoBrokersGetTheSameProducerIds() {
        AllocateProducerIdsResponse first = allocate(1);
        AllocateProducerIdsResponse second = allocate(2);

        assertThat(first.getFirstProducerId()).isZero();
        assertThat(first.getCount()).isEqualTo(1000);
        assertThat(second.getFirstProducerId()).isEqualTo(1000);
        cluster.refused(
                ErrorCode.STALE_BROKER_EPOCH,
                Command.newBuilder()
                        .setAllocateProducerIds(AllocateProducerIdsRequest.newBuilder()
                                .setBrokerId(1)
                                .setBrokerEpoch(999)));
    }

    @Test
    void aClusterKeepsItsIdentity() {
        long revision = cluster.image().revision();

        cluster.accepted(bootstrap("c1", "h2"));
        cluster.refused(ErrorCode.INCONSISTENT_CLUSTER_ID, bootstrap("c2", "h2"));

        assertThat(cluster.image().historyId()).isEqualTo("h1");
        assertThat(cluster.image().revision()).isEqualTo(revision);
    }

    @Test
    void withoutAnIdentityNothingElseIsDecided() {
        Command allocate = Command.newBuilder()
                .setAllocateProducerIds(AllocateProducerIdsRequest.getDefaultInstance())
                .build();

        Decision decision = Decisions.decide(MetadataImage.EMPTY, allocate, 1);

        assertThat(decision)
                .isInstanceOfSatisfying(
                        Decision.Rejected.class,
                        rejected -> assertThat(rejected.error().code()).isEqualTo(ErrorCode.NOT_CONTROLLER));
    }

    @Test
    void whatChangesNothingMakesNoRevision() {
        long revision = cluster.image().revision();

        CommandResult result = cluster.accepted(Command.newBuilder().setNoop(NoopCommand.getDefaultInstance()));

        assertThat(result.getRevision()).isEqualTo(revision);
        assertThat(cluster.history).hasSize((int) revision);
    }

    @Test
    void garbageIsAnAnswerAndNotAnException() throws Exception {
        CommandResult unreadable =
                CommandResult.parseFrom(cluster.state().apply(new byte[] {(byte) 0xff, 1, 2}, TestCluster.TERM, 1000));
        assertThat(unreadable.getError().getReason()).isEqualTo(ErrorCode.INVALID_REQUEST.name());

        cluster.refused(ErrorCode.INVALID_REQUEST, Command.newBuilder());
        cluster.refused(
                ErrorCode.INVALID_REQUEST,
                TestCluster.register(
                        cluster.newRun(1, true).setIncarnation(com.google.protobuf.ByteString.copyFromUtf8("short"))));
    }

    private AllocateProducerIdsResponse allocate(int broker) {
        return cluster.accepted(Command.newBuilder()
                        .setAllocateProducerIds(AllocateProducerIdsRequest.newBuilder()
                                .setBrokerId(broker)
                                .setBrokerEpoch(cluster.epoch(broker))))
                .getAllocateProducerIds();
    }

    private static Command.Builder bootstrap(String clusterId, String historyId) {
        return Command.newBuilder()
                .setBootstrap(BootstrapCommand.newBuilder()
                        .setClusterId(clusterId)
                        .setHistoryId(historyId)
                        .setFeatureLevel(1));
    }
}
