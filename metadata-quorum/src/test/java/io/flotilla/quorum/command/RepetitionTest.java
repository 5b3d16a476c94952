package io.flotilla.quorum.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.id.TopicId;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.wire.Ids;
import io.flotilla.proto.internal.v1.AdministrativeOperation;
import io.flotilla.proto.internal.v1.AdministrativeOperation.OperationCase;
import io.flotilla.proto.internal.v1.AllocateProducerIdsRequest;
import io.flotilla.proto.internal.v1.BalanceLeadersCommand;
import io.flotilla.proto.internal.v1.BootstrapCommand;
import io.flotilla.proto.internal.v1.BrokerToFence;
import io.flotilla.proto.internal.v1.Command;
import io.flotilla.proto.internal.v1.Command.CommandCase;
import io.flotilla.proto.internal.v1.CommandResult;
import io.flotilla.proto.internal.v1.DeleteTopicsCommand;
import io.flotilla.proto.internal.v1.FenceBrokersCommand;
import io.flotilla.proto.internal.v1.LostReplica;
import io.flotilla.proto.internal.v1.NoopCommand;
import io.flotilla.proto.internal.v1.ReportLostReplicasCommand;
import io.flotilla.proto.internal.v1.TopicToRemove;
import io.flotilla.proto.v1.ElectionType;
import io.flotilla.proto.v1.UpdateFeaturesRequest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A command whose outcome is unknown is repeated by whoever wants it, after any time, through any leader: Raft's cache
 * of answers forgets. So a repetition must do nothing, whatever the kind; a new kind has to find its line here.
 */
class RepetitionTest {
    private final TestCluster cluster = TestCluster.of(3);
    private final TopicId topic = cluster.topic("orders", Map.of(), 1, 2, 3);

    @ParameterizedTest
    @EnumSource(value = CommandCase.class, mode = EnumSource.Mode.EXCLUDE, names = "COMMAND_NOT_SET")
    void aRepeatedCommandChangesNothing(CommandCase kind) {
        Command.Builder command = command(kind);
        assertThat(command.getCommandCase()).isEqualTo(kind);
        CommandResult first = cluster.accepted(command);
        MetadataImage once = cluster.image();

        CommandResult again = cluster.run(command);

        switch (kind) {
            case ALLOCATE_PRODUCER_IDS -> {
                // Costs a block, and hands nothing out twice.
                assertThat(cluster.image().nextProducerId()).isEqualTo(once.nextProducerId() + 1000);
                assertThat(again.getAllocateProducerIds().getFirstProducerId())
                        .isNotEqualTo(first.getAllocateProducerIds().getFirstProducerId());
            }
            case ALTER_PARTITION -> {
                // Compare-and-set: the answer says that the state is a newer one, which the feed brings.
                assertThat(cluster.image()).isSameAs(once);
                assertThat(again.getAlterPartition().getResults(0).getError().getReason())
                        .isEqualTo("INVALID_UPDATE_VERSION");
            }
            default -> {
                assertThat(cluster.image()).isSameAs(once);
                assertThat(again).isEqualTo(first);
            }
        }
    }

    private Command.Builder command(CommandCase kind) {
        return switch (kind) {
            case BOOTSTRAP ->
                Command.newBuilder()
                        .setBootstrap(BootstrapCommand.newBuilder()
                                .setClusterId("c1")
                                .setHistoryId("h2")
                                .setFeatureLevel(1));
            case REGISTER_BROKER -> TestCluster.register(cluster.newRun(2, false));
            case FENCE_BROKERS ->
                Command.newBuilder()
                        .setFenceBrokers(FenceBrokersCommand.newBuilder()
                                .addBrokers(BrokerToFence.newBuilder()
                                        .setBrokerId(1)
                                        .setBrokerEpoch(cluster.epoch(1))));
            case UNFENCE_BROKER -> {
                cluster.fence(1);
                Command.Builder unfence = Command.newBuilder();
                unfence.getUnfenceBrokerBuilder().setBrokerId(1).setBrokerEpoch(cluster.epoch(1));
                yield unfence;
            }
            case BEGIN_SHUTDOWN -> {
                Command.Builder shutdown = Command.newBuilder();
                shutdown.getBeginShutdownBuilder().setBrokerId(1).setBrokerEpoch(cluster.epoch(1));
                yield shutdown;
            }
            case ALTER_PARTITION -> cluster.alter(1, cluster.proposal(topic, 1, 2));
            case CREATE_TOPICS -> {
                Command.Builder create = TestCluster.create(cluster.newTopic("payments"));
                create.getCreateTopicsBuilder().setRequestId(TestCluster.requestId(1));
                yield create;
            }
            case DELETE_TOPICS ->
                Command.newBuilder()
                        .setDeleteTopics(DeleteTopicsCommand.newBuilder()
                                .setRequestId(TestCluster.requestId(2))
                                .addTopics(TopicToRemove.newBuilder().setName("orders")));
            case ALLOCATE_PRODUCER_IDS ->
                Command.newBuilder()
                        .setAllocateProducerIds(AllocateProducerIdsRequest.newBuilder()
                                .setBrokerId(1)
                                .setBrokerEpoch(cluster.epoch(1)));
            case REPORT_LOST_REPLICAS ->
                Command.newBuilder()
                        .setReportLostReplicas(ReportLostReplicasCommand.newBuilder()
                                .setBrokerId(1)
                                .setBrokerEpoch(cluster.epoch(1))
                                .addReplicas(LostReplica.newBuilder().setTopicId(Ids.bytes(topic))));
            case ALTER_TOPIC_CONFIGS -> cluster.config(topic, "min.insync.replicas", "1");
            case NOOP -> Command.newBuilder().setNoop(NoopCommand.getDefaultInstance());
            case COMPARE_IMAGES -> ImageDigest.comparison(cluster.image());
            case ADMINISTER ->
                Operations.command(operation(OperationCase.CREATE_PARTITIONS).setRequestId(TestCluster.requestId(5)));
            case BALANCE_LEADERS -> balance();
            case COMMAND_NOT_SET -> throw new AssertionError("not a command");
        };
    }

    @ParameterizedTest
    @EnumSource(value = OperationCase.class, mode = EnumSource.Mode.EXCLUDE, names = "OPERATION_NOT_SET")
    void aRepeatedOperationGetsTheFirstAnswer(OperationCase kind) {
        Command.Builder command = Operations.command(operation(kind).setRequestId(TestCluster.requestId(3)));

        CommandResult first = cluster.accepted(command);
        MetadataImage once = cluster.image();
        CommandResult again = cluster.accepted(command);

        assertThat(first.getAdminister().getResultCase().getNumber()).isEqualTo(kind.getNumber());
        assertThat(once.revision()).isEqualTo(first.getRevision());
        assertThat(cluster.image()).isSameAs(once);
        assertThat(again).isEqualTo(first);
    }

    @Test
    void aRequestIdOfAnotherKindIsRefused() {
        cluster.accepted(
                Operations.command(operation(OperationCase.CREATE_PARTITIONS).setRequestId(TestCluster.requestId(4))));

        cluster.refused(
                ErrorCode.INVALID_REQUEST,
                Operations.command(operation(OperationCase.ALTER_CONFIGS).setRequestId(TestCluster.requestId(4))));
    }

    private AdministrativeOperation.Builder operation(OperationCase kind) {
        return switch (kind) {
            case ELECT_LEADERS -> {
                cluster.fence(1);
                cluster.unfence(1);
                cluster.shrinkOrExpand(topic, 1, 2, 3);
                yield Operations.elect(ElectionType.ELECTION_TYPE_PREFERRED, "orders");
            }
            case ALTER_CONFIGS -> Operations.topicConfig("orders", "min.insync.replicas", "1");
            case CREATE_PARTITIONS -> Operations.partitions("orders", 2);
            case ALTER_PARTITION_REASSIGNMENTS -> Operations.reassign("orders", 0, List.of(1, 2));
            case UPDATE_FEATURES ->
                AdministrativeOperation.newBuilder()
                        .setUpdateFeatures(UpdateFeaturesRequest.newBuilder().setLevel(2));
            case OPERATION_NOT_SET -> throw new AssertionError("not an operation");
        };
    }

    private Command.Builder balance() {
        cluster.fence(1);
        cluster.unfence(1);
        cluster.shrinkOrExpand(topic, 1, 2, 3);
        return Command.newBuilder()
                .setBalanceLeaders(BalanceLeadersCommand.newBuilder().setMovesMax(9));
    }
}
