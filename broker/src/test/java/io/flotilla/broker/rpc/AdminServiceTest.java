package io.flotilla.broker.rpc;

import static io.flotilla.broker.metadata.Cluster.change;
import static io.flotilla.broker.metadata.Cluster.led;
import static io.flotilla.broker.metadata.Cluster.orders;
import static io.flotilla.broker.metadata.Cluster.threeBrokers;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.ByteString;
import io.flotilla.broker.metadata.Cluster;
import io.flotilla.broker.metadata.GrpcChannels;
import io.flotilla.broker.metadata.MetadataStage;
import io.flotilla.broker.metadata.SimulatedLoop;
import io.flotilla.broker.registration.ActiveController;
import io.flotilla.broker.registration.FakeQuorum;
import io.flotilla.broker.registration.GrpcControllerClient;
import io.flotilla.model.delta.MetadataRecord.BrokerConfigSet;
import io.flotilla.model.delta.MetadataRecord.TopicConfigSet;
import io.flotilla.model.delta.MetadataRecord.TopicRemoved;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.error.Outcome;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.image.PartitionPlan;
import io.flotilla.model.image.PartitionState;
import io.flotilla.model.wire.StatusErrors;
import io.flotilla.proto.internal.v1.AdministerRequest;
import io.flotilla.proto.internal.v1.AdministerResponse;
import io.flotilla.proto.internal.v1.AdministrativeResult;
import io.flotilla.proto.internal.v1.ControllerServiceCreateTopicsRequest;
import io.flotilla.proto.internal.v1.ControllerServiceCreateTopicsResponse;
import io.flotilla.proto.internal.v1.ControllerServiceDeleteTopicsRequest;
import io.flotilla.proto.internal.v1.ControllerServiceDeleteTopicsResponse;
import io.flotilla.proto.internal.v1.ControllerServiceGrpc;
import io.flotilla.proto.v1.AdminServiceGrpc;
import io.flotilla.proto.v1.ConfigResource;
import io.flotilla.proto.v1.ConfigResourceType;
import io.flotilla.proto.v1.ConfigSource;
import io.flotilla.proto.v1.CreateTopicResult;
import io.flotilla.proto.v1.CreateTopicsRequest;
import io.flotilla.proto.v1.CreateTopicsResponse;
import io.flotilla.proto.v1.DeleteTopicResult;
import io.flotilla.proto.v1.DeleteTopicsRequest;
import io.flotilla.proto.v1.DeleteTopicsResponse;
import io.flotilla.proto.v1.DescribeConfigsRequest;
import io.flotilla.proto.v1.DescribeConfigsResponse;
import io.flotilla.proto.v1.ElectLeadersRequest;
import io.flotilla.proto.v1.ElectLeadersResponse;
import io.flotilla.proto.v1.ElectionType;
import io.flotilla.proto.v1.ListPartitionReassignmentsRequest;
import io.flotilla.proto.v1.ListPartitionReassignmentsResponse;
import io.flotilla.proto.v1.NewTopic;
import io.flotilla.proto.v1.TopicToDelete;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AdminServiceTest {
    private static final CreateTopicsRequest ORDERS = CreateTopicsRequest.newBuilder()
            .addTopics(NewTopic.newBuilder().setName("orders").setPartitions(3))
            .build();

    private final SimulatedLoop loop = new SimulatedLoop();
    private final Script script = new Script();
    private final FakeQuorum quorum = new FakeQuorum(3, script);
    private final GrpcChannels channels = quorum.channels();
    private final ForwardedCalls forwarded = new ForwardedCalls(
            loop, loop, new GrpcControllerClient(channels, new ActiveController(quorum.endpoints()), 1, 10_000));
    private final MetadataStage stage = new MetadataStage(loop);
    private final InProcessBroker broker = new InProcessBroker(new AdminService(
                    new AdminService.Ports(
                            forwarded,
                            new RevisionWait(stage.applied(), loop, loop),
                            new AdminService.Peers(
                                    new ReplicaComparison(channels, () -> threeBrokers(), loop),
                                    new RecordDeletion(channels, () -> threeBrokers(), loop),
                                    new LogDirQuery(channels, () -> threeBrokers(), loop)),
                            new OwnConfigs(
                                    1,
                                    List.of(new OwnConfigs.Setting("node.id", "1", true)),
                                    List.of(new OwnConfigs.Setting("retention.ms", "60000", true)))),
                    "CLIENT",
                    loop)
            .definition());
    private final AdminServiceGrpc.AdminServiceFutureStub admin = AdminServiceGrpc.newFutureStub(broker.channel());

    /** Creates and deletes as asked, or holds its answers back. */
    private static final class Script extends ControllerServiceGrpc.ControllerServiceImplBase {
        final List<ControllerServiceCreateTopicsRequest> creations = new ArrayList<>();
        final List<ControllerServiceDeleteTopicsRequest> deletions = new ArrayList<>();
        final List<AdministerRequest> operations = new ArrayList<>();
        boolean silent;
        long revision;
        FlotillaError refusal;

        @Override
        public void createTopics(
                ControllerServiceCreateTopicsRequest request,
                StreamObserver<ControllerServiceCreateTopicsResponse> response) {
            creations.add(request);
            if (refusal != null) {
                response.onError(StatusErrors.toStatus(refusal));
            } else if (!silent) {
                CreateTopicsResponse.Builder results =
                        CreateTopicsResponse.newBuilder().setRevision(revision);
                request.getRequest()
                        .getTopicsList()
                        .forEach(topic -> results.addResults(
                                CreateTopicResult.newBuilder().setName(topic.getName())));
                response.onNext(ControllerServiceCreateTopicsResponse.newBuilder()
                        .setResponse(results)
                        .build());
                response.onCompleted();
            }
        }

        @Override
        public void administer(AdministerRequest request, StreamObserver<AdministerResponse> response) {
            operations.add(request);
            response.onNext(AdministerResponse.newBuilder()
                    .setResult(AdministrativeResult.newBuilder()
                            .setRevision(revision)
                            .setElectLeaders(ElectLeadersResponse.newBuilder().setRevision(revision)))
                    .build());
            response.onCompleted();
        }

        @Override
        public void deleteTopics(
                ControllerServiceDeleteTopicsRequest request,
                StreamObserver<ControllerServiceDeleteTopicsResponse> response) {
            deletions.add(request);
            response.onNext(ControllerServiceDeleteTopicsResponse.newBuilder()
                    .setResponse(DeleteTopicsResponse.newBuilder()
                            .setRevision(revision)
                            .addResults(DeleteTopicResult.newBuilder().setName("orders")))
                    .build());
            response.onCompleted();
        }
    }

    @AfterEach
    void close() {
        broker.close();
        channels.close();
        quorum.close();
    }

    @Test
    void aCreationGoesToTheActiveControllerWithItsCaller() throws Exception {
        script.revision = 3;
        stage.show(threeBrokers());
        ListenableFuture<CreateTopicsResponse> answer = admin.createTopics(ORDERS);
        loop.run();

        assertThat(answer.get().getRevision()).isEqualTo(3);
        assertThat(answer.get().getResults(0).getName()).isEqualTo("orders");
        assertThat(script.creations).singleElement().satisfies(request -> {
            assertThat(request.getContext().getPrincipal()).isEqualTo("anonymous");
            assertThat(request.getContext().getListener()).isEqualTo("CLIENT");
            assertThat(request.getRequest().getTopicsList()).isEqualTo(ORDERS.getTopicsList());
        });
    }

    @Test
    void aCreationIsAnsweredWhenThisBrokerKnowsTheTopic() throws Exception {
        stage.show(threeBrokers());
        script.revision = 4;
        ListenableFuture<CreateTopicsResponse> answer = admin.createTopics(ORDERS);
        loop.pass(1_000);
        assertThat(script.creations).hasSize(1);
        assertThat(answer.isDone()).isFalse();

        stage.show(change(threeBrokers(), orders(led(1, 4, 9))));

        assertThat(answer.get().getRevision()).isEqualTo(4);
    }

    @Test
    void aDeletionIsAnsweredWhenThisBrokerKnowsNothingOfTheTopicAnyMore() throws Exception {
        MetadataImage created = change(threeBrokers(), orders(led(1, 4, 9))).after();
        stage.show(created);
        script.revision = 5;
        ListenableFuture<DeleteTopicsResponse> answer = admin.deleteTopics(DeleteTopicsRequest.newBuilder()
                .addTopics(TopicToDelete.newBuilder().setName("orders"))
                .build());
        loop.pass(1_000);
        assertThat(answer.isDone()).isFalse();

        stage.show(change(created, new TopicRemoved(Cluster.ORDERS)));

        assertThat(answer.get().getRevision()).isEqualTo(5);
    }

    @Test
    void aCreationThatThisBrokerDoesNotHearOfIsAnsweredAllTheSame() throws Exception {
        stage.show(threeBrokers());
        script.revision = 4;
        ListenableFuture<CreateTopicsResponse> answer =
                admin.withDeadlineAfter(60, TimeUnit.SECONDS).createTopics(ORDERS);
        loop.pass(1_900);
        assertThat(answer.isDone()).isFalse();

        loop.pass(200);

        assertThat(answer.get(10, TimeUnit.SECONDS).getRevision()).isEqualTo(4);
    }

    @Test
    void aDeletionThatThisBrokerDoesNotHearOfIsAnsweredAllTheSame() throws Exception {
        stage.show(threeBrokers());
        script.revision = 4;
        ListenableFuture<DeleteTopicsResponse> answer = admin.deleteTopics(DeleteTopicsRequest.newBuilder()
                .addTopics(TopicToDelete.newBuilder().setName("orders"))
                .build());

        loop.pass(2_100);

        assertThat(answer.get(10, TimeUnit.SECONDS).getRevision()).isEqualTo(4);
    }

    @Test
    void theAnswerToACreationComesBeforeTheCallersDeadline() throws Exception {
        stage.show(threeBrokers());
        script.revision = 4;
        ListenableFuture<CreateTopicsResponse> answer =
                admin.withDeadlineAfter(1, TimeUnit.SECONDS).createTopics(ORDERS);

        loop.pass(950);

        assertThat(answer.get(10, TimeUnit.SECONDS).getRevision()).isEqualTo(4);
    }

    @Test
    void aTopicIsCreatedAcrossAControllerChangeWithOneRequestId() throws Exception {
        script.silent = true;
        ListenableFuture<CreateTopicsResponse> answer = admin.createTopics(ORDERS);
        loop.run();
        assertThat(script.creations).hasSize(1);

        script.silent = false;
        quorum.activate(3);
        quorum.kill(1);
        loop.pass(200);

        assertThat(answer.get().getResultsCount()).isEqualTo(1);
        assertThat(script.creations).hasSize(2);
        assertThat(script.creations.get(0).getRequest())
                .isEqualTo(script.creations.get(1).getRequest());
        assertThat(script.creations.get(0).getRequest().getRequestId().size()).isEqualTo(16);
    }

    @Test
    void theCallersOwnRequestIdIsKept() throws Exception {
        ByteString mine = ByteString.copyFrom(new byte[16]);

        admin.createTopics(ORDERS.toBuilder().setRequestId(mine).build());
        loop.run();

        assertThat(script.creations.get(0).getRequest().getRequestId()).isEqualTo(mine);
    }

    @Test
    void whenEveryNodeRefusedUntilTheDeadlineTheOutcomeIsCertain() {
        quorum.withoutHints();
        quorum.activate(0);
        ListenableFuture<CreateTopicsResponse> answer =
                admin.withDeadlineAfter(60, TimeUnit.SECONDS).createTopics(ORDERS);

        loop.pass(61_000);

        FlotillaError error = failure(answer);
        assertThat(error.code()).isEqualTo(ErrorCode.REQUEST_TIMED_OUT);
        assertThat(error.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        assertThat(script.creations).isEmpty();
    }

    @Test
    void whenAnAttemptMayHaveBeenAppliedTheOutcomeIsUnknown() {
        script.silent = true;
        ListenableFuture<CreateTopicsResponse> answer =
                admin.withDeadlineAfter(60, TimeUnit.SECONDS).createTopics(ORDERS);
        loop.run();
        quorum.activate(0);
        quorum.kill(1);

        loop.pass(61_000);

        assertThat(failure(answer).code()).isEqualTo(ErrorCode.REQUEST_TIMED_OUT);
        assertThat(failure(answer).outcome()).isEqualTo(Outcome.UNKNOWN);
    }

    @Test
    void aRefusalComesBackAsItIs() {
        script.refusal = FlotillaError.notApplied(ErrorCode.CLUSTER_AUTHORIZATION_FAILED, "not you");

        ListenableFuture<CreateTopicsResponse> answer = admin.createTopics(ORDERS);
        loop.pass(1_000);

        assertThat(failure(answer)).isEqualTo(script.refusal);
        assertThat(script.creations).hasSize(1);
    }

    @Test
    void aDeletionIsPassedOn() throws Exception {
        ListenableFuture<DeleteTopicsResponse> answer = admin.deleteTopics(DeleteTopicsRequest.newBuilder()
                .addTopics(TopicToDelete.newBuilder().setName("orders"))
                .build());
        loop.run();

        assertThat(answer.get().getResults(0).getName()).isEqualTo("orders");
        assertThat(script.deletions.get(0).getRequest().getRequestId().size()).isEqualTo(16);
    }

    @Test
    void anOperationGoesToTheActiveControllerAndIsAnsweredWhenThisBrokerKnowsIt() throws Exception {
        stage.show(threeBrokers());
        script.revision = 4;

        ListenableFuture<ElectLeadersResponse> answer = admin.electLeaders(ElectLeadersRequest.newBuilder()
                .setType(ElectionType.ELECTION_TYPE_PREFERRED)
                .build());
        loop.pass(1_000);
        assertThat(answer.isDone()).isFalse();
        stage.show(change(threeBrokers(), orders(led(1, 4, 9))));

        assertThat(answer.get().getRevision()).isEqualTo(4);
        assertThat(script.operations).singleElement().satisfies(request -> {
            assertThat(request.getContext().getListener()).isEqualTo("CLIENT");
            assertThat(request.getOperation().getRequestId().size()).isEqualTo(16);
            assertThat(request.getOperation().getElectLeaders().getType())
                    .isEqualTo(ElectionType.ELECTION_TYPE_PREFERRED);
        });
    }

    @Test
    void configsAreDescribedWithWhereTheyComeFrom() throws Exception {
        stage.show(change(
                        change(threeBrokers(), orders(led(1, 4, 9))).after(),
                        new TopicConfigSet(Cluster.ORDERS, "max.message.bytes", Optional.of("2048")),
                        new BrokerConfigSet(-1, "num.partitions", Optional.of("7")),
                        new BrokerConfigSet(1, "cordoned.log.dirs", Optional.of("*")))
                .after());

        DescribeConfigsRequest.Builder request = DescribeConfigsRequest.newBuilder();
        for (ConfigResource.Builder resource : List.of(
                resource(ConfigResourceType.CONFIG_RESOURCE_TYPE_TOPIC, "orders"),
                resource(ConfigResourceType.CONFIG_RESOURCE_TYPE_BROKER, "1"),
                resource(ConfigResourceType.CONFIG_RESOURCE_TYPE_BROKER, "2"),
                resource(ConfigResourceType.CONFIG_RESOURCE_TYPE_BROKER, "9"))) {
            request.addResources(resource);
        }
        ListenableFuture<DescribeConfigsResponse> asked = admin.describeConfigs(request.build());
        loop.run();
        DescribeConfigsResponse answer = asked.get();

        assertThat(source(answer, 0, "max.message.bytes")).isEqualTo(ConfigSource.CONFIG_SOURCE_DYNAMIC_TOPIC);
        assertThat(source(answer, 0, "min.insync.replicas")).isEqualTo(ConfigSource.CONFIG_SOURCE_DEFAULT);
        assertThat(source(answer, 0, "retention.ms")).isEqualTo(ConfigSource.CONFIG_SOURCE_STATIC_BROKER);
        assertThat(source(answer, 0, "retention.bytes")).isEqualTo(ConfigSource.CONFIG_SOURCE_DEFAULT);
        assertThat(source(answer, 1, "node.id")).isEqualTo(ConfigSource.CONFIG_SOURCE_STATIC_BROKER);
        assertThat(source(answer, 1, "num.partitions")).isEqualTo(ConfigSource.CONFIG_SOURCE_DYNAMIC_DEFAULT_BROKER);
        assertThat(source(answer, 1, "cordoned.log.dirs")).isEqualTo(ConfigSource.CONFIG_SOURCE_DYNAMIC_BROKER);
        assertThat(answer.getResults(2).getError().getMessage()).contains("broker 1", "client2:9092");
        assertThat(answer.getResults(3).getError().getReason()).isEqualTo("BROKER_ID_NOT_REGISTERED");
    }

    private static ConfigResource.Builder resource(ConfigResourceType type, String name) {
        return ConfigResource.newBuilder().setType(type).setName(name);
    }

    private static ConfigSource source(DescribeConfigsResponse answer, int result, String key) {
        return answer.getResults(result).getEntriesList().stream()
                .filter(entry -> entry.getKey().equals(key))
                .findFirst()
                .orElseThrow()
                .getSource();
    }

    @Test
    void onlyPartitionsOnTheMoveAreListed() throws Exception {
        PartitionState still = led(1, 4, 9);
        PartitionState moving = new PartitionState(
                still.replicas(),
                still.isr(),
                still.elr(),
                still.leader(),
                still.leaderEpoch(),
                still.partitionEpoch(),
                still.lastKnownLeader(),
                new PartitionPlan(List.of(1, 3), List.of(3), -1));
        stage.show(change(threeBrokers(), orders(still, moving)).after());

        ListenableFuture<ListPartitionReassignmentsResponse> answer =
                admin.listPartitionReassignments(ListPartitionReassignmentsRequest.getDefaultInstance());
        loop.run();

        assertThat(answer.get().getReassignmentsList()).singleElement().satisfies(move -> {
            assertThat(move.getPartition()).isEqualTo(1);
            assertThat(move.getAddingList()).containsExactly(3);
            assertThat(move.getRemovingList()).containsExactly(2);
        });
    }

    static FlotillaError failure(ListenableFuture<?> answer) {
        try {
            throw new AssertionError("no failure but " + answer.get(10, TimeUnit.SECONDS));
        } catch (ExecutionException e) {
            return StatusErrors.ofFailure(e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }
}
