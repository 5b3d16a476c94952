package io.flotilla.broker.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.ListenableFuture;
import io.flotilla.broker.coordinator.GroupShards;
import io.flotilla.broker.coordinator.OffsetsPartitions;
import io.flotilla.broker.coordinator.ScriptedLog;
import io.flotilla.broker.group.GroupSettings;
import io.flotilla.broker.group.assignor.UniformAssignor;
import io.flotilla.broker.metadata.Cluster;
import io.flotilla.broker.metadata.GrpcChannels;
import io.flotilla.broker.metadata.MetadataStage;
import io.flotilla.broker.metadata.SimulatedLoop;
import io.flotilla.broker.partition.LoopSettings;
import io.flotilla.broker.partition.PartitionLoop;
import io.flotilla.broker.registration.ActiveController;
import io.flotilla.broker.registration.FakeQuorum;
import io.flotilla.broker.registration.GrpcControllerClient;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.error.Outcome;
import io.flotilla.model.id.InternalTopics;
import io.flotilla.model.id.TopicId;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.wire.Errors;
import io.flotilla.model.wire.StatusErrors;
import io.flotilla.proto.internal.v1.ControllerServiceCreateTopicsRequest;
import io.flotilla.proto.internal.v1.ControllerServiceCreateTopicsResponse;
import io.flotilla.proto.internal.v1.ControllerServiceGrpc;
import io.flotilla.proto.v1.CommitOffsetsRequest;
import io.flotilla.proto.v1.CommitOffsetsResponse;
import io.flotilla.proto.v1.CreateTopicResult;
import io.flotilla.proto.v1.CreateTopicsResponse;
import io.flotilla.proto.v1.DeleteGroupsRequest;
import io.flotilla.proto.v1.DescribeGroupsRequest;
import io.flotilla.proto.v1.FetchOffsetsRequest;
import io.flotilla.proto.v1.FindCoordinatorsRequest;
import io.flotilla.proto.v1.FindCoordinatorsResponse;
import io.flotilla.proto.v1.GroupState;
import io.flotilla.proto.v1.GroupsServiceGrpc;
import io.flotilla.proto.v1.JoinHeartbeat;
import io.flotilla.proto.v1.JoinHello;
import io.flotilla.proto.v1.JoinLeave;
import io.flotilla.proto.v1.JoinRequest;
import io.flotilla.proto.v1.JoinResponse;
import io.flotilla.proto.v1.ListGroupsRequest;
import io.flotilla.proto.v1.NewTopic;
import io.flotilla.proto.v1.OffsetToCommit;
import io.flotilla.proto.v1.OffsetToReset;
import io.flotilla.proto.v1.ResetOffsetsRequest;
import io.flotilla.proto.v1.Subscription;
import io.flotilla.proto.v1.TopicRef;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Stubs talk to broker 1, whose coordinator and controller answer when the test lets their loops run. */
class GroupsServiceTest {
    private static final TopicId OFFSETS = new TopicId(new UUID(7, 7));
    private static final String GROUP = "billing";

    private final SimulatedLoop loop = new SimulatedLoop();
    private final PartitionLoop shardLoop = new PartitionLoop(LoopSettings.defaults(), loop);
    private final ScriptedLog log = new ScriptedLog();
    private final Controller controller = new Controller();
    private final FakeQuorum quorum = new FakeQuorum(3, controller);
    private final GrpcChannels toController = quorum.channels();
    private final List<MetadataImage> image = new ArrayList<>(List.of(MetadataImage.EMPTY));
    private final OffsetsPartitions places = new OffsetsPartitions(this::image, broker -> "client" + broker + ":9092");
    private final GroupShards shards = new GroupShards(
            new GroupShards.Ports(1, shardLoop, loop, (partition, epoch) -> log, places),
            GroupSettings.defaults(),
            List.of(new UniformAssignor()));
    private final MetadataStage stage = new MetadataStage(loop, shards, change -> image.set(0, change.after()));
    private final InProcessBroker internal = new InProcessBroker(
            new CoordinationService(shards, new ReplicaAdmission(this::image, () -> 1)).bindService());
    private final GrpcChannels toBrokers = new GrpcChannels(endpoint ->
            InProcessChannelBuilder.forName(internal.name()).directExecutor().build());
    private final InProcessBroker broker = new InProcessBroker(new GroupsService(
                    new GroupsService.Ports(
                            shards,
                            new GroupQueries(toBrokers, this::image, places, id -> "client" + id + ":9092", loop),
                            new OffsetsTopic(
                                    new ForwardedCalls(
                                            loop,
                                            loop,
                                            new GrpcControllerClient(
                                                    toController, new ActiveController(quorum.endpoints()), 1, 10_000)),
                                    new RevisionWait(stage.applied(), loop, loop),
                                    this::image,
                                    new OffsetsTopic.Origin(loop, () -> new UUID(8, 8)),
                                    new OffsetsTopic.Shape(1, 0)),
                            places,
                            id -> "client" + id + ":9092"),
                    "CLIENT",
                    loop)
            .definition());
    private final GroupsServiceGrpc.GroupsServiceFutureStub groups = GroupsServiceGrpc.newFutureStub(broker.channel());

    private MetadataImage image() {
        return image.get(0);
    }

    /** Makes the topic as asked, once, and shows it. */
    private final class Controller extends ControllerServiceGrpc.ControllerServiceImplBase {
        private final List<NewTopic> made = new ArrayList<>();

        @Override
        public void createTopics(
                ControllerServiceCreateTopicsRequest request,
                StreamObserver<ControllerServiceCreateTopicsResponse> reply) {
            made.addAll(request.getRequest().getTopicsList());
            offsetsLedBy(1, 5);
            reply.onNext(ControllerServiceCreateTopicsResponse.newBuilder()
                    .setResponse(CreateTopicsResponse.newBuilder()
                            .setRevision(stage.applied().image().revision())
                            .addResults(CreateTopicResult.newBuilder().setName(InternalTopics.CONSUMER_OFFSETS)))
                    .build());
            reply.onCompleted();
        }
    }

    private void withoutOffsetsTopic() {
        stage.show(Cluster.threeBrokers());
        stage.show(Cluster.change(Cluster.threeBrokers(), Cluster.orders(Cluster.led(1, 0, 0), Cluster.led(2, 0, 0))));
    }

    private void offsetsLedBy(int leader, int epoch) {
        if (!image().bootstrapped()) {
            withoutOffsetsTopic();
        }
        stage.show(Cluster.change(
                stage.applied().image(),
                Cluster.topic(InternalTopics.CONSUMER_OFFSETS, OFFSETS, Cluster.led(leader, epoch, epoch))));
        settle();
    }

    private void settle() {
        int turns = 0;
        do {
            loop.run();
            turns++;
        } while (shardLoop.runOne() > 0 && turns < 10_000);
    }

    private void after(long ms) {
        for (long left = ms; left > 0; left -= 50) {
            loop.pass(Math.min(50, left));
            settle();
        }
    }

    @AfterEach
    void close() {
        broker.close();
        internal.close();
        toBrokers.close();
        toController.close();
        quorum.close();
    }

    // ---- coordinators --------------------------------------------------------------------------------------------

    @Test
    void theFirstQuestionsMakeTheTopicOnce() {
        withoutOffsetsTopic();
        ListenableFuture<FindCoordinatorsResponse> one = find(GROUP);
        ListenableFuture<FindCoordinatorsResponse> other = find("shipping");
        settle();

        assertThat(answer(one).getCoordinators(0).getBrokerId()).isEqualTo(1);
        assertThat(answer(other).getCoordinators(0).getEndpoint()).isEqualTo("client1:9092");
        assertThat(controller.made).hasSize(1);
        assertThat(controller.made.get(0).getConfigsMap())
                .containsEntry("durability", "synced")
                .containsEntry("retention.ms", "-1");
    }

    @Test
    void aGroupNeedsAName() {
        offsetsLedBy(1, 5);
        ListenableFuture<FindCoordinatorsResponse> found = find("");
        settle();
        assertThat(answer(found).getCoordinators(0).getError().getReason()).isEqualTo("INVALID_GROUP_ID");
    }

    @Test
    void otherBrokersGroupsAreRefusedWithAHint() {
        offsetsLedBy(2, 6);
        FlotillaError commit = error(commit("", 0, 7));
        assertThat(commit.code()).isEqualTo(ErrorCode.NOT_COORDINATOR);
        assertThat(commit.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        assertThat(commit.leader().orElseThrow().endpoint()).isEqualTo("client2:9092");

        StubStream<JoinRequest, JoinResponse> stream = joins("m1");
        FlotillaError join = Errors.ofMessage(stream.next().getError());
        assertThat(join.leader()).isEqualTo(commit.leader());
        assertThat(stream.end().getCode()).isEqualTo(Status.Code.OK);
    }

    // ---- members -------------------------------------------------------------------------------------------------

    @Test
    void aMemberIsWelcomedGetsItsPartitionsAndLeaves() {
        offsetsLedBy(1, 5);
        StubStream<JoinRequest, JoinResponse> stream = joins("m1");
        assertThat(stream.next().getAssignment().getTopicsCount()).isZero();
        after(1_000);

        JoinResponse assigned = stream.next();
        assertThat(assigned.getAssignment().getTopics(0).getTopic().getName()).isEqualTo("orders");
        assertThat(assigned.getAssignment().getTopics(0).getPartitionsList()).containsExactly(0, 1);
        int epoch = assigned.getAssignment().getMemberEpoch();

        say(stream, heartbeat());
        assertThat(stream.next().getHeartbeat().getMemberEpoch()).isEqualTo(epoch);

        say(stream, JoinRequest.newBuilder().setLeave(JoinLeave.getDefaultInstance()));
        assertThat(stream.end().getCode()).isEqualTo(Status.Code.OK);
        assertThat(describe().getState()).isEqualTo(GroupState.GROUP_STATE_EMPTY);
    }

    @Test
    void theFirstMessageIsAHello() {
        offsetsLedBy(1, 5);
        StubStream<JoinRequest, JoinResponse> stream =
                StubStream.open(GroupsServiceGrpc.newStub(broker.channel())::join);
        say(stream, heartbeat());
        assertThat(stream.next().getError().getReason()).isEqualTo("INVALID_REQUEST");
        assertThat(stream.end().getCode()).isEqualTo(Status.Code.OK);
    }

    @Test
    void whoseStreamBreaksIsReplacedAfterItsGrace() {
        offsetsLedBy(1, 5);
        StubStream<JoinRequest, JoinResponse> first = joins("m1");
        StubStream<JoinRequest, JoinResponse> second = joins("m2");
        after(1_000);
        assertThat(describe().getMembersCount()).isEqualTo(2);

        second.cancel();
        after(1_500);
        assertThat(describe().getMembersCount()).isEqualTo(2);
        after(1_000);
        assertThat(describe().getMembersCount()).isEqualTo(1);
        assertThat(first.next().hasAssignment()).isTrue();
    }

    @Test
    void whoEndsItsSideIsGoneToo() {
        offsetsLedBy(1, 5);
        StubStream<JoinRequest, JoinResponse> stream = joins("m1");
        stream.next();
        stream.finish();
        settle();
        assertThat(stream.end().getCode()).isEqualTo(Status.Code.OK);
        after(2_500);
        assertThat(describe().getMembersCount()).isZero();
    }

    // ---- offsets and groups --------------------------------------------------------------------------------------

    @Test
    void offsetsComeBackWithNameAndId() {
        offsetsLedBy(1, 5);
        assertThat(answer(commit("", 0, 7)).getResultsList()).allMatch(result -> !result.hasError());

        var fetched = groups.fetchOffsets(
                FetchOffsetsRequest.newBuilder().setGroup(GROUP).build());
        settle();
        assertThat(answer(fetched).getOffsetsList()).singleElement().satisfies(offset -> {
            assertThat(offset.getTopic().getName()).isEqualTo("orders");
            assertThat(offset.getTopic().getId().size()).isEqualTo(16);
            assertThat(offset.getOffset()).isEqualTo(7);
        });
    }

    @Test
    void anyBrokerListsDescribesResetsAndDeletes() {
        offsetsLedBy(1, 5);
        answer(commit("", 0, 7));

        var listed = groups.listGroups(ListGroupsRequest.getDefaultInstance());
        settle();
        assertThat(answer(listed).getGroupsList())
                .singleElement()
                .satisfies(group -> assertThat(group.getGroup()).isEqualTo(GROUP));
        assertThat(describe().getCoordinatorId()).isEqualTo(1);

        var reset = groups.resetOffsets(ResetOffsetsRequest.newBuilder()
                .setGroup(GROUP)
                .addOffsets(OffsetToReset.newBuilder()
                        .setTopic(TopicRef.newBuilder().setName("orders"))
                        .setOffset(3))
                .build());
        settle();
        assertThat(answer(reset).getResultsList()).allMatch(result -> !result.hasError());
        assertThat(describe().getOffsets(0).getOffset()).isEqualTo(3);

        var deleted = groups.deleteGroups(DeleteGroupsRequest.newBuilder()
                .addGroups(GROUP)
                .addGroups("nobody")
                .build());
        settle();
        assertThat(answer(deleted).getResults(0).hasError()).isFalse();
        assertThat(answer(deleted).getResults(1).getError().getReason()).isEqualTo("GROUP_ID_NOT_FOUND");
        assertThat(describe().getState()).isEqualTo(GroupState.GROUP_STATE_DEAD);
    }

    // ---- words ---------------------------------------------------------------------------------------------------

    private ListenableFuture<FindCoordinatorsResponse> find(String group) {
        return groups.findCoordinators(
                FindCoordinatorsRequest.newBuilder().addGroups(group).build());
    }

    private StubStream<JoinRequest, JoinResponse> joins(String member) {
        StubStream<JoinRequest, JoinResponse> stream =
                StubStream.open(GroupsServiceGrpc.newStub(broker.channel())::join);
        say(
                stream,
                JoinRequest.newBuilder()
                        .setHello(JoinHello.newBuilder()
                                .setGroup(GROUP)
                                .setMemberId(member)
                                .setSubscription(Subscription.newBuilder().addTopics("orders"))));
        return stream;
    }

    private void say(StubStream<JoinRequest, JoinResponse> stream, JoinRequest.Builder request) {
        stream.send(request.build());
        settle();
    }

    private static JoinRequest.Builder heartbeat() {
        return JoinRequest.newBuilder().setHeartbeat(JoinHeartbeat.getDefaultInstance());
    }

    private ListenableFuture<CommitOffsetsResponse> commit(String member, int epoch, long offset) {
        var commit = groups.commitOffsets(CommitOffsetsRequest.newBuilder()
                .setGroup(GROUP)
                .setMemberId(member)
                .setMemberEpoch(epoch)
                .addOffsets(OffsetToCommit.newBuilder()
                        .setTopic(TopicRef.newBuilder().setName("orders"))
                        .setOffset(offset))
                .build());
        settle();
        return commit;
    }

    private io.flotilla.proto.v1.GroupDescription describe() {
        var described = groups.describeGroups(
                DescribeGroupsRequest.newBuilder().addGroups(GROUP).build());
        settle();
        return answer(described).getGroups(0);
    }

    private static <A> A answer(ListenableFuture<A> call) {
        assertThat(call.isDone()).as("answered").isTrue();
        try {
            return call.get();
        } catch (ExecutionException e) {
            throw new AssertionError("refused", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private static FlotillaError error(ListenableFuture<?> call) {
        try {
            call.get();
        } catch (ExecutionException e) {
            return StatusErrors.ofFailure(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new AssertionError("not refused");
    }
}
