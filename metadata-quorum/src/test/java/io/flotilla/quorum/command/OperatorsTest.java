package io.flotilla.quorum.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.model.id.TopicId;
import io.flotilla.model.image.BrokerConfigsImage;
import io.flotilla.model.image.TopicImage;
import io.flotilla.proto.internal.v1.AdministrativeOperation;
import io.flotilla.proto.v1.AddedPartition;
import io.flotilla.proto.v1.AlterConfigsResult;
import io.flotilla.proto.v1.CreatePartitionsResult;
import io.flotilla.proto.v1.Error;
import io.flotilla.proto.v1.NewPartitions;
import io.flotilla.proto.v1.PartitionReassignment;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Configs that change while the cluster runs, and topics that grow. */
class OperatorsTest {
    private final TestCluster cluster = TestCluster.of(4);
    private final TopicId topic = cluster.topic("orders", Map.of("min.insync.replicas", "3"), 1, 2, 3);

    // ---- configs -------------------------------------------------------------------------------------------------

    @Test
    void aTopicsConfigIsSetAndTakenAway() {
        alter(Operations.topicConfig("orders", "max.message.bytes", "2048"));
        assertThat(topic().settings().maxMessageBytes()).isEqualTo(2048);

        AdministrativeOperation.Builder delete = Operations.topicConfig("orders", "max.message.bytes", "");
        delete.getAlterConfigsBuilder()
                .getAlterationsBuilder(0)
                .getChangesBuilder(0)
                .clearValue();
        alter(delete);
        assertThat(topic().configs()).doesNotContainKey("max.message.bytes");
    }

    @Test
    void aNewMinimumClearsTheElrInTheSameRevision() {
        cluster.shrinkOrExpand(topic, 1);
        assertThat(cluster.partition(topic).elr()).containsExactly(2, 3);
        long revision = cluster.image().revision();

        alter(Operations.topicConfig("orders", "min.insync.replicas", "2"));

        assertThat(cluster.image().revision()).isEqualTo(revision + 1);
        assertThat(cluster.partition(topic).elr()).isEmpty();
    }

    @Test
    void aResourceChangesWhollyOrNotAtAll() {
        AdministrativeOperation.Builder mixed = Operations.topicConfig("orders", "max.message.bytes", "2048");
        mixed.getAlterConfigsBuilder()
                .getAlterationsBuilder(0)
                .addChangesBuilder()
                .setKey("min.insync.replica")
                .setValue("2");
        long revision = cluster.image().revision();

        assertThat(refusal(mixed).getReason()).isEqualTo("INVALID_CONFIG");
        assertThat(cluster.image().revision()).isEqualTo(revision);
    }

    @Test
    void whatIsOnlyValidatedChangesNothing() {
        AdministrativeOperation.Builder validated = Operations.topicConfig("orders", "max.message.bytes", "2048");
        validated.getAlterConfigsBuilder().setValidateOnly(true);
        long revision = cluster.image().revision();

        alter(validated);
        assertThat(cluster.image().revision()).isEqualTo(revision);
        validated
                .getAlterConfigsBuilder()
                .getAlterationsBuilder(0)
                .getChangesBuilder(0)
                .setValue("1");
        assertThat(refusal(validated).getReason()).isEqualTo("INVALID_CONFIG");
    }

    @Test
    void newTopicsGetWhatAllBrokersSay() {
        alter(Operations.brokerConfig(-1, "num.partitions", "3"));
        alter(Operations.brokerConfig(-1, "min.insync.replicas", "1"));

        cluster.accepted(TestCluster.create(cluster.newTopic("new")));

        TopicImage created = cluster.image().topics().named("new").orElseThrow();
        assertThat(created.partitions()).hasSize(3);
        assertThat(created.settings().minInsyncReplicas()).isEqualTo(1);
        assertThat(topic().settings().minInsyncReplicas())
                .as("older topics keep theirs")
                .isEqualTo(3);
    }

    @Test
    void wrongBrokerConfigsAreRefusedWithTheWayOut() {
        assertThat(refusal(Operations.brokerConfig(1, "log.dirs", "/x")).getMessage())
                .contains("log.dirs", "server.properties", "cordoned.log.dirs");
        assertThat(refusal(Operations.brokerConfig(1, "num.partitions", "3")).getMessage())
                .contains("all brokers alike");
        assertThat(refusal(Operations.brokerConfig(-1, "cordoned.log.dirs", "*"))
                        .getMessage())
                .contains("one broker at a time");
        assertThat(refusal(Operations.brokerConfig(1, "cordoned.log.dirs", "/data"))
                        .getReason())
                .isEqualTo("INVALID_CONFIG");
        assertThat(refusal(Operations.brokerConfig(1, "follower.replication.throttled.rate", "0"))
                        .getReason())
                .isEqualTo("INVALID_CONFIG");
        assertThat(refusal(Operations.brokerConfig(9, "cordoned.log.dirs", "*")).getReason())
                .isEqualTo("BROKER_ID_NOT_REGISTERED");
        assertThat(cluster.image().brokerConfigs()).isEqualTo(BrokerConfigsImage.EMPTY);
    }

    /** Their answers could not be kept, and a repetition would be refused for what it did itself. */
    @Test
    void noMoreThanAThousandMovesAreBegunAtOnce() {
        AdministrativeOperation.Builder cancel = Operations.reassign("orders", 0, List.of());
        PartitionReassignment one = cancel.getAlterPartitionReassignments().getReassignments(0);
        cancel.getAlterPartitionReassignmentsBuilder().addAllReassignments(Collections.nCopies(999, one));
        assertThat(cluster.run(Operations.command(cancel)).hasError()).isFalse();

        cancel.getAlterPartitionReassignmentsBuilder().addReassignments(one);
        assertThat(cluster.run(Operations.command(cancel)).getError().getMessage())
                .contains("1001", "1000 is the limit", "another request");
    }

    @Test
    void noReplicaGoesToACordonedBroker() {
        alter(Operations.brokerConfig(4, "cordoned.log.dirs", "*"));

        cluster.accepted(
                TestCluster.create(cluster.newTopic("new").setPartitions(9).setReplicationFactor(3)));

        assertThat(cluster.image().topics().named("new").orElseThrow().partitions())
                .allSatisfy(state -> assertThat(state.replicaIds()).doesNotContain(4));
        cluster.restart(4, true);
        assertThat(cluster.image().brokerConfigs().cordons(4))
                .as("a restart forgets nothing")
                .isTrue();
        assertThat(cluster.accepted(TestCluster.create(cluster.newTopic("wide").setReplicationFactor(4)))
                        .getCreateTopics()
                        .getResponse()
                        .getResults(0)
                        .getError()
                        .getReason())
                .isEqualTo("INVALID_REPLICATION_FACTOR");
    }

    private void alter(AdministrativeOperation.Builder operation) {
        AlterConfigsResult result =
                Operations.run(cluster, operation).getAlterConfigs().getResults(0);
        assertThat(result.hasError()).as("%s", result).isFalse();
    }

    private Error refusal(AdministrativeOperation.Builder operation) {
        return Operations.run(cluster, operation)
                .getAlterConfigs()
                .getResults(0)
                .getError();
    }

    private TopicImage topic() {
        return cluster.topicImage(topic);
    }

    // ---- partitions ----------------------------------------------------------------------------------------------

    @Test
    void newPartitionsHaveAsManyReplicasAndLeaveTheOthersAlone() {
        var before = cluster.partition(topic);

        assertThat(grow(Operations.partitions("orders", 4)).hasError()).isFalse();

        assertThat(topic().partitions()).hasSize(4);
        assertThat(topic().partitions().get(0)).isEqualTo(before);
        assertThat(topic().partitions()).allSatisfy(state -> {
            assertThat(state.replicaIds()).hasSize(3).doesNotHaveDuplicates();
            assertThat(state.isr()).isEqualTo(state.replicaIds());
        });
        assertThat(topic().partitions().get(3).replicas())
                .allSatisfy(replica -> assertThat(replica.assignmentRevision())
                        .isEqualTo(cluster.image().revision()));
    }

    @Test
    void newPartitionsGoWhereTheyAreAskedFor() {
        assertThat(grow(assigned(List.of(4, 3, 2), List.of(2, 3, 4))).hasError())
                .isFalse();

        assertThat(topic().partitions().get(1).replicaIds()).containsExactly(4, 3, 2);
        assertThat(topic().partitions().get(2).replicaIds()).containsExactly(2, 3, 4);
    }

    @Test
    void wrongNumbersOfPartitionsAreRefused() {
        assertThat(grow(Operations.partitions("orders", 1)).getError().getMessage())
                .contains("has 1 partitions", "cannot have 1", "more than 1");
        assertThat(grow(Operations.partitions("orders", 10_001)).getError().getReason())
                .isEqualTo("INVALID_PARTITIONS");
        assertThat(grow(Operations.partitions("nowhere", 2)).getError().getReason())
                .isEqualTo("UNKNOWN_TOPIC_OR_PARTITION");
        assertThat(grow(assigned(List.of(1, 2))).getError().getReason()).isEqualTo("INVALID_REPLICA_ASSIGNMENT");
        assertThat(grow(assigned(List.of(1, 2, 9))).getError().getReason()).isEqualTo("INVALID_REPLICA_ASSIGNMENT");
        cluster.fence(1, 2);
        assertThat(grow(Operations.partitions("orders", 2)).getError().getReason())
                .isEqualTo("INVALID_REPLICATION_FACTOR");
        assertThat(topic().partitions()).hasSize(1);
    }

    @Test
    void aTopicOnTheMoveDoesNotGrow() {
        Operations.reassigned(cluster, "orders", 1, 2, 4);

        assertThat(grow(Operations.partitions("orders", 2)).getError().getReason())
                .isEqualTo("REASSIGNMENT_IN_PROGRESS");
    }

    @Test
    void theTopicOfGroupsDoesNotGrow() {
        cluster.topic("__consumer_offsets", Map.of(), 1);

        assertThat(grow(Operations.partitions("__consumer_offsets", 2))
                        .getError()
                        .getReason())
                .isEqualTo("POLICY_VIOLATION");
    }

    /** The partitions from 1 on, by their replicas. */
    @SafeVarargs
    private static AdministrativeOperation.Builder assigned(List<Integer>... replicas) {
        AdministrativeOperation.Builder operation = Operations.partitions("orders", 1 + replicas.length);
        NewPartitions.Builder wish = operation.getCreatePartitionsBuilder().getTopicsBuilder(0);
        for (int i = 0; i < replicas.length; i++) {
            wish.addAssignments(AddedPartition.newBuilder().setPartition(1 + i).addAllBrokerIds(replicas[i]));
        }
        return operation;
    }

    private CreatePartitionsResult grow(AdministrativeOperation.Builder operation) {
        return Operations.run(cluster, operation).getCreatePartitions().getResults(0);
    }
}
