package io.flotilla.quorum.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.model.id.TopicId;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.wire.Ids;
import io.flotilla.proto.internal.v1.AllocateProducerIdsRequest;
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
import java.util.Map;
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
            case COMMAND_NOT_SET -> throw new AssertionError("not a command");
        };
    }
}
