package io.flotilla.quorum.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.error.Outcome;
import io.flotilla.model.image.PartitionState;
import io.flotilla.model.wire.Ids;
import io.flotilla.model.wire.StatusErrors;
import io.flotilla.proto.internal.v1.AdministerRequest;
import io.flotilla.proto.internal.v1.AdministrativeOperation;
import io.flotilla.proto.internal.v1.AdministrativeResult;
import io.flotilla.proto.internal.v1.AllocateProducerIdsRequest;
import io.flotilla.proto.internal.v1.AllocateProducerIdsResponse;
import io.flotilla.proto.internal.v1.AlterPartitionRequest;
import io.flotilla.proto.internal.v1.CallContext;
import io.flotilla.proto.internal.v1.Command;
import io.flotilla.proto.internal.v1.ControllerServiceCreateTopicsRequest;
import io.flotilla.proto.internal.v1.ControllerServiceDeleteTopicsRequest;
import io.flotilla.proto.internal.v1.ControllerServiceDescribeQuorumRequest;
import io.flotilla.proto.internal.v1.FollowRequest;
import io.flotilla.proto.internal.v1.FollowResponse;
import io.flotilla.proto.internal.v1.IsrMember;
import io.flotilla.proto.internal.v1.PartitionProposal;
import io.flotilla.proto.internal.v1.RegisterBrokerResponse;
import io.flotilla.proto.v1.CreatePartitionsRequest;
import io.flotilla.proto.v1.CreateTopicResult;
import io.flotilla.proto.v1.CreateTopicsRequest;
import io.flotilla.proto.v1.CreateTopicsResponse;
import io.flotilla.proto.v1.DeleteTopicsRequest;
import io.flotilla.proto.v1.DescribeQuorumResponse;
import io.flotilla.proto.v1.NewPartitions;
import io.flotilla.proto.v1.NewTopic;
import io.flotilla.proto.v1.QuorumNode;
import io.flotilla.proto.v1.ReplicaAssignment;
import io.flotilla.proto.v1.TopicToDelete;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ControllerServiceTest {
    private ControllerNode controller;

    @BeforeEach
    void elected() throws IOException {
        controller = new ControllerNode().elected();
    }

    @AfterEach
    void close() {
        controller.close();
    }

    @Test
    void topicsAreCreatedWithTheControllersDefaultsAndDeleted() {
        TestBroker.serving(controller, 1);

        CreateTopicResult created = create("orders").getResults(0);

        assertThat(created.getTopic().getPartitionsCount()).isEqualTo(2);
        Command command = controller.submitted.get(controller.submitted.size() - 1);
        assertThat(command.getNowMs()).isPositive();
        assertThat(command.getCreateTopics().getTopics(0).getId().size()).isEqualTo(16);

        var deleted = controller
                .calls()
                .deleteTopics(ControllerServiceDeleteTopicsRequest.newBuilder()
                        .setRequest(DeleteTopicsRequest.newBuilder()
                                .addTopics(TopicToDelete.newBuilder().setName("orders")))
                        .build());
        assertThat(deleted.getResponse().getResults(0).hasError()).isFalse();
        assertThat(controller.image().topics().count()).isZero();
    }

    @Test
    void anotherNodeRefusesWithAHintAndChangesNothing() {
        controller.deposed();

        FlotillaError refusal = StatusErrors.ofFailure(catchThrowable(() -> create("orders")));
        RegisterBrokerResponse registered = controller
                .calls()
                .registerBroker(new TestBroker(controller, 1, 1).registration().build());

        assertThat(refusal.code()).isEqualTo(ErrorCode.NOT_CONTROLLER);
        assertThat(refusal.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        assertThat(refusal.leader().orElseThrow().endpoint()).isEqualTo("two:9093");
        assertThat(registered.getError().getReason()).isEqualTo(ErrorCode.NOT_CONTROLLER.name());
        assertThat(registered.getError().getLeader().getBrokerId()).isEqualTo(2);
    }

    @Test
    void producerIdsComeInBlocksAndOnlyToRegisteredBrokers() {
        TestBroker broker = TestBroker.serving(controller, 1);

        AllocateProducerIdsResponse block = controller
                .calls()
                .allocateProducerIds(AllocateProducerIdsRequest.newBuilder()
                        .setBrokerId(1)
                        .setBrokerEpoch(broker.epoch())
                        .build());
        AllocateProducerIdsResponse refused = controller
                .calls()
                .allocateProducerIds(
                        AllocateProducerIdsRequest.newBuilder().setBrokerId(9).build());

        assertThat(block.getCount()).isEqualTo(1000);
        assertThat(refused.getError().getReason()).isEqualTo(ErrorCode.STALE_BROKER_EPOCH.name());
    }

    @Test
    void everyThousandRevisionsTheVotersAreAskedToCompareTheirImages() {
        TestBroker broker = TestBroker.serving(controller, 1);
        while (controller.image().revision() < 2000) {
            controller
                    .calls()
                    .allocateProducerIds(AllocateProducerIdsRequest.newBuilder()
                            .setBrokerId(1)
                            .setBrokerEpoch(broker.epoch())
                            .build());
        }

        assertThat(controller.submitted)
                .filteredOn(Command::hasCompareImages)
                .allMatch(command -> command.getTerm() == 1)
                .extracting(command -> command.getCompareImages().getRevision())
                .containsExactly(1000L, 2000L);
    }

    @Test
    void aStaleLeadersProposalsAreRefusedAsAWhole() {
        var response = controller
                .calls()
                .alterPartition(AlterPartitionRequest.newBuilder()
                        .setBrokerId(1)
                        .setBrokerEpoch(7)
                        .build());

        assertThat(response.getError().getReason()).isEqualTo(ErrorCode.STALE_BROKER_EPOCH.name());
    }

    @Test
    void theLeaderDescribesTheQuorum() {
        DescribeQuorumResponse quorum = controller
                .calls()
                .describeQuorum(ControllerServiceDescribeQuorumRequest.getDefaultInstance())
                .getResponse();

        assertThat(quorum.getClusterId()).isEqualTo("c1");
        assertThat(quorum.getLeaderId()).isEqualTo(1);
        assertThat(quorum.getLeaderEpoch()).isEqualTo(1);
        assertThat(quorum.getHighWatermark()).isEqualTo(40);
        assertThat(quorum.getMaxFollowerLag()).isEqualTo(3);
        assertThat(quorum.getVotersList()).extracting(QuorumNode::getLag).containsExactly(0L, 3L, -1L);
        assertThat(quorum.getMetadataRevision()).isEqualTo(controller.image().revision());

        controller.deposed();
        FlotillaError refusal = StatusErrors.ofFailure(catchThrowable(
                () -> controller.calls().describeQuorum(ControllerServiceDescribeQuorumRequest.getDefaultInstance())));
        assertThat(refusal.code()).isEqualTo(ErrorCode.NOT_CONTROLLER);
    }

    @Test
    void theFeedIsServedByAnyNode() {
        TestBroker.serving(controller, 1);
        List<FollowResponse> heard = follow("c1");
        controller.deposed();
        controller.feed().controllerChanged();

        assertThat(heard.get(0).getSnapshot().getRevision())
                .isEqualTo(controller.image().revision());
        FollowResponse news = heard.get(heard.size() - 1);
        assertThat(news.getProgress().getActiveControllerId()).isEqualTo(2);
        assertThat(news.getProgress().getActiveControllerEndpoint()).isEqualTo("two:9093");
    }

    @Test
    void anOperationIsDecidedWithItsCallerAndItsSeed() {
        TestBroker.serving(controller, 1);
        create("orders");

        AdministrativeResult result = controller
                .calls()
                .administer(AdministerRequest.newBuilder()
                        .setContext(CallContext.newBuilder().setPrincipal("ann"))
                        .setOperation(AdministrativeOperation.newBuilder()
                                .setCreatePartitions(CreatePartitionsRequest.newBuilder()
                                        .addTopics(NewPartitions.newBuilder()
                                                .setTopic("orders")
                                                .setCount(3))))
                        .build())
                .getResult();

        assertThat(result.getCreatePartitions().getResults(0).hasError()).isFalse();
        assertThat(result.getRevision()).isEqualTo(controller.image().revision());
        assertThat(controller.image().topics().named("orders").orElseThrow().partitions())
                .hasSize(3);
        Command command = controller.submitted.get(controller.submitted.size() - 1);
        assertThat(command.getContext().getPrincipal()).isEqualTo("ann");
        assertThat(command.getSeed()).isNotZero();
    }

    @Test
    void anOperationOfNoKnownKindIsRefusedAsAWhole() {
        TestBroker.serving(controller, 1);

        FlotillaError refusal = StatusErrors.ofFailure(
                catchThrowable(() -> controller.calls().administer(AdministerRequest.getDefaultInstance())));

        assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(refusal.outcome()).isEqualTo(Outcome.NOT_APPLIED);
    }

    @Test
    void leadersAreGivenBackToPreferredOnesAfterAWhile() {
        TestBroker one = TestBroker.serving(controller, 1);
        TestBroker two = TestBroker.serving(controller, 2);
        controller
                .calls()
                .createTopics(ControllerServiceCreateTopicsRequest.newBuilder()
                        .setRequest(CreateTopicsRequest.newBuilder()
                                .addTopics(NewTopic.newBuilder()
                                        .setName("orders")
                                        .addAssignments(
                                                ReplicaAssignment.newBuilder().addAllBrokerIds(List.of(1, 2)))))
                        .build());
        AlterPartitionRequest resign = AlterPartitionRequest.newBuilder()
                .setBrokerId(1)
                .setBrokerEpoch(one.epoch())
                .addProposals(PartitionProposal.newBuilder()
                        .setTopicId(Ids.bytes(controller
                                .image()
                                .topics()
                                .named("orders")
                                .orElseThrow()
                                .id()))
                        .addIsr(IsrMember.newBuilder().setBrokerId(1).setBrokerEpoch(one.epoch()))
                        .addIsr(IsrMember.newBuilder().setBrokerId(2).setBrokerEpoch(two.epoch()))
                        .setResign(true))
                .build();
        assertThat(controller.calls().alterPartition(resign).getResults(0).hasError())
                .isFalse();
        assertThat(partition().leader()).isEqualTo(2);

        controller.after(990);
        assertThat(partition().plan().movesLeader()).isFalse();
        controller.after(20);

        assertThat(partition().plan().nextLeader()).isEqualTo(1);
        assertThat(controller.submitted)
                .filteredOn(Command::hasBalanceLeaders)
                .singleElement()
                .matches(command -> command.getTerm() == 1);
    }

    private PartitionState partition() {
        return controller
                .image()
                .topics()
                .named("orders")
                .orElseThrow()
                .partitions()
                .get(0);
    }

    private List<FollowResponse> follow(String clusterId) {
        List<FollowResponse> heard = new ArrayList<>();
        controller
                .feeds()
                .follow(FollowRequest.newBuilder().setClusterId(clusterId).build(), new StreamObserver<>() {
                    @Override
                    public void onNext(FollowResponse message) {
                        heard.add(message);
                    }

                    @Override
                    public void onError(Throwable failure) {
                        // Closing the node ends the feed.
                    }

                    @Override
                    public void onCompleted() {
                        // As above.
                    }
                });
        return heard;
    }

    private CreateTopicsResponse create(String topic) {
        return controller
                .calls()
                .createTopics(ControllerServiceCreateTopicsRequest.newBuilder()
                        .setRequest(CreateTopicsRequest.newBuilder()
                                .addTopics(NewTopic.newBuilder().setName(topic)))
                        .build())
                .getResponse();
    }
}
