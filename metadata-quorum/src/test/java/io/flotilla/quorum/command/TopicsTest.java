package io.flotilla.quorum.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.id.TopicId;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.image.PartitionState;
import io.flotilla.model.image.Replica;
import io.flotilla.model.image.TopicImage;
import io.flotilla.model.wire.Ids;
import io.flotilla.proto.internal.v1.Command;
import io.flotilla.proto.internal.v1.DeleteTopicsCommand;
import io.flotilla.proto.internal.v1.TopicToCreate;
import io.flotilla.proto.internal.v1.TopicToRemove;
import io.flotilla.proto.v1.CreateTopicResult;
import io.flotilla.proto.v1.CreateTopicsResponse;
import io.flotilla.proto.v1.DeleteTopicsResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Topics come into being and go. */
class TopicsTest {
    private final TestCluster cluster = TestCluster.of(3);

    @Test
    void aNewTopicWritesDownWhatItsDefaultsWere() {
        Command.Builder create = TestCluster.create(cluster.newTopic("orders").putConfigs("max.message.bytes", "4096"));
        create.getCreateTopicsBuilder().getDefaultsBuilder().setPartitions(4).putConfigs("durability", "replicated");

        CreateTopicResult result = only(create);

        TopicImage topic = cluster.image().topics().named("orders").orElseThrow();
        assertThat(topic.configs())
                .containsOnly(
                        Map.entry("durability", "replicated"),
                        Map.entry("min.insync.replicas", "2"),
                        Map.entry("max.message.bytes", "4096"));
        assertThat(topic.partitions()).hasSize(4).allSatisfy(state -> {
            assertThat(state.replicas())
                    .hasSize(3)
                    .extracting(Replica::assignmentRevision)
                    .containsOnly(cluster.image().revision());
            assertThat(state.isr()).isEqualTo(state.replicaIds());
            assertThat(state.leader()).isEqualTo(state.replicaIds().get(0));
            assertThat(state.leaderEpoch()).isZero();
        });
        assertThat(result.getTopic().getPartitionsCount()).isEqualTo(4);
        assertThat(result.getTopic().getId()).isEqualTo(Ids.bytes(topic.id()));
    }

    @Test
    void moreReplicasThanBrokersInServiceAreRefusedWithBothNumbers() {
        cluster.fence(3);

        CreateTopicResult result = only(TestCluster.create(cluster.newTopic("orders")));

        assertThat(result.getError().getReason()).isEqualTo(ErrorCode.INVALID_REPLICATION_FACTOR.name());
        assertThat(result.getError().getMessage())
                .contains("replication factor 3")
                .contains("2 of 3 registered");
        assertThat(cluster.image().topics().count()).isZero();
    }

    @Test
    void eachTopicStandsForItself() {
        cluster.topic("taken", Map.of(), 1);

        CreateTopicsResponse response = created(TestCluster.create(
                cluster.newTopic("a/b"),
                cluster.newTopic("taken"),
                cluster.newTopic("good"),
                cluster.newTopic("good"),
                cluster.newTopic("many").setPartitions(10_001),
                cluster.newTopic("none").setPartitions(-1),
                cluster.newTopic("odd").putConfigs("retention", "1"),
                cluster.newTopic("thin").setReplicationFactor(-1)));

        assertThat(response.getResultsList().stream()
                        .map(result -> result.getError().getReason())
                        .toList())
                .containsExactly(
                        "INVALID_TOPIC_EXCEPTION",
                        "TOPIC_ALREADY_EXISTS",
                        "",
                        "INVALID_REQUEST",
                        "INVALID_PARTITIONS",
                        "INVALID_PARTITIONS",
                        "INVALID_CONFIG",
                        "INVALID_REPLICATION_FACTOR");
        assertThat(cluster.image().topics().byName().keySet()).containsExactly("good", "taken");
    }

    @Test
    void anAssignmentIsTakenAsItIsAndOnlyBrokersInServiceAreInSync() {
        cluster.fence(2);
        TopicToCreate.Builder topic = cluster.newTopic("orders");
        topic.addAssignmentsBuilder().setPartition(1).addAllBrokerIds(List.of(2, 3));
        topic.addAssignmentsBuilder().setPartition(0).addAllBrokerIds(List.of(3, 1));

        assertThat(only(TestCluster.create(topic)).hasError()).isFalse();

        List<PartitionState> partitions =
                cluster.image().topics().named("orders").orElseThrow().partitions();
        assertThat(partitions.get(0).replicaIds()).containsExactly(3, 1);
        assertThat(partitions.get(1).replicaIds()).containsExactly(2, 3);
        assertThat(partitions.get(1).isr()).containsExactly(3);
        assertThat(partitions.get(1).leader()).isEqualTo(3);
    }

    @Test
    void assignmentsThatMakeNoSenseAreRefused() {
        cluster.fence(2);
        assertThat(assigned(0, 1, 1)).isEqualTo("INVALID_REPLICA_ASSIGNMENT");
        assertThat(assigned(0, 1, 9)).isEqualTo("INVALID_REPLICA_ASSIGNMENT");
        assertThat(assigned(0)).isEqualTo("INVALID_REPLICA_ASSIGNMENT");
        assertThat(assigned(0, 2)).isEqualTo("INVALID_REPLICA_ASSIGNMENT");
        assertThat(assigned(1, 1)).isEqualTo("INVALID_REPLICA_ASSIGNMENT");
    }

    private String assigned(int partition, Integer... brokers) {
        TopicToCreate.Builder topic = cluster.newTopic("orders");
        topic.addAssignmentsBuilder().setPartition(partition).addAllBrokerIds(List.of(brokers));
        return only(TestCluster.create(topic)).getError().getReason();
    }

    @Test
    void oneRequestCreatesABoundedNumberOfPartitions() {
        CreateTopicsResponse response = created(TestCluster.create(
                cluster.newTopic("a").setPartitions(10_000).setReplicationFactor(1),
                cluster.newTopic("b").setPartitions(10_000).setReplicationFactor(1),
                cluster.newTopic("c").setPartitions(1).setReplicationFactor(1)));

        assertThat(response.getResultsList().stream()
                        .map(result -> result.getError().getReason())
                        .toList())
                .containsExactly("", "", "INVALID_PARTITIONS");
        assertThat(cluster.image().topics().named("b").orElseThrow().partitions())
                .hasSize(10_000);
    }

    @Test
    void validationCreatesNothing() {
        Command.Builder create = TestCluster.create(cluster.newTopic("orders").setPartitions(2));
        create.getCreateTopicsBuilder().setValidateOnly(true).setRequestId(TestCluster.requestId(1));
        MetadataImage before = cluster.image();

        CreateTopicResult result = only(create);

        assertThat(result.hasError()).isFalse();
        assertThat(result.getTopic().getPartitionsCount()).isEqualTo(2);
        assertThat(cluster.image()).isSameAs(before);
    }

    @Test
    void aRetryWithTheSameRequestIdGetsTheSameAnswer() {
        Command.Builder create = TestCluster.create(cluster.newTopic("orders"), cluster.newTopic("a/b"));
        create.getCreateTopicsBuilder().setRequestId(TestCluster.requestId(1));
        CreateTopicsResponse first = created(create);
        MetadataImage before = cluster.image();

        CreateTopicsResponse second = created(create);

        assertThat(second).isEqualTo(first);
        assertThat(cluster.image()).isSameAs(before);
    }

    @Test
    void topicsAreDeletedByNameByIdOrByBoth() {
        TopicId a = cluster.topic("a", Map.of(), 1);
        TopicId b = cluster.topic("b", Map.of(), 1);
        TopicId c = cluster.topic("c", Map.of(), 1);

        DeleteTopicsResponse response = deleted(
                1,
                TopicToRemove.newBuilder().setName("a"),
                TopicToRemove.newBuilder().setId(Ids.bytes(b)),
                TopicToRemove.newBuilder().setName("c").setId(Ids.bytes(a)),
                TopicToRemove.newBuilder().setName("d"));

        assertThat(response.getResultsList().stream()
                        .map(result -> result.getError().getReason())
                        .toList())
                .containsExactly("", "", "UNKNOWN_TOPIC_ID", "UNKNOWN_TOPIC_OR_PARTITION");
        assertThat(cluster.image().topics().byId().keySet()).containsExactly(c);
        assertThat(deleted(1, TopicToRemove.newBuilder().setName("c"))).isEqualTo(response);
        assertThat(cluster.image().topics().byId().keySet()).containsExactly(c);
    }

    @Test
    void theClustersOwnTopicsStay() {
        TopicId id = cluster.topic("__consumer_offsets", Map.of(), 1);

        DeleteTopicsResponse response = deleted(
                1,
                TopicToRemove.newBuilder().setName("__consumer_offsets"),
                TopicToRemove.newBuilder().setId(Ids.bytes(id)));

        assertThat(response.getResultsList())
                .allSatisfy(result -> assertThat(result.getError().getReason()).isEqualTo("POLICY_VIOLATION"));
        assertThat(cluster.image().topics().byId().keySet()).containsExactly(id);
    }

    private DeleteTopicsResponse deleted(long requestId, TopicToRemove.Builder... topics) {
        DeleteTopicsCommand.Builder delete =
                DeleteTopicsCommand.newBuilder().setRequestId(TestCluster.requestId(requestId));
        for (TopicToRemove.Builder topic : topics) {
            delete.addTopics(topic);
        }
        return cluster.accepted(Command.newBuilder().setDeleteTopics(delete))
                .getDeleteTopics()
                .getResponse();
    }

    private CreateTopicsResponse created(Command.Builder create) {
        return cluster.accepted(create).getCreateTopics().getResponse();
    }

    private CreateTopicResult only(Command.Builder create) {
        return created(create).getResults(0);
    }
}
