package io.flotilla.broker.rpc;

import static io.flotilla.broker.metadata.Cluster.ORDERS;
import static io.flotilla.broker.metadata.Cluster.broker;
import static io.flotilla.broker.metadata.Cluster.change;
import static io.flotilla.broker.metadata.Cluster.led;
import static io.flotilla.broker.metadata.Cluster.orders;
import static io.flotilla.broker.metadata.Cluster.threeBrokers;
import static io.flotilla.broker.rpc.AdminServiceTest.failure;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.ByteString;
import io.flotilla.broker.metadata.GrpcChannels;
import io.flotilla.broker.metadata.MetadataChange;
import io.flotilla.broker.metadata.MetadataStage;
import io.flotilla.broker.metadata.SimulatedLoop;
import io.flotilla.broker.registration.ActiveController;
import io.flotilla.broker.registration.FakeQuorum;
import io.flotilla.broker.registration.GrpcControllerClient;
import io.flotilla.model.delta.MetadataRecord;
import io.flotilla.model.delta.MetadataRecord.BrokerRemoved;
import io.flotilla.model.delta.MetadataRecord.BrokerSet;
import io.flotilla.model.delta.MetadataRecord.PartitionSet;
import io.flotilla.model.delta.MetadataRecord.TopicCreated;
import io.flotilla.model.delta.MetadataRecord.TopicRemoved;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.Outcome;
import io.flotilla.model.id.TopicId;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.wire.Ids;
import io.flotilla.proto.internal.v1.ControllerServiceDescribeQuorumRequest;
import io.flotilla.proto.internal.v1.ControllerServiceDescribeQuorumResponse;
import io.flotilla.proto.internal.v1.ControllerServiceGrpc;
import io.flotilla.proto.v1.Broker;
import io.flotilla.proto.v1.DescribeQuorumRequest;
import io.flotilla.proto.v1.DescribeQuorumResponse;
import io.flotilla.proto.v1.MetadataServiceDescribeRequest;
import io.flotilla.proto.v1.MetadataServiceDescribeResponse;
import io.flotilla.proto.v1.MetadataServiceGrpc;
import io.flotilla.proto.v1.Topic;
import io.flotilla.proto.v1.TopicRef;
import io.grpc.stub.StreamObserver;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MetadataServiceTest {
    private static final TopicId PAYMENTS = new TopicId(new UUID(1, 2));

    private final SimulatedLoop loop = new SimulatedLoop();
    private final FakeQuorum quorum = new FakeQuorum(1, new ControllerServiceGrpc.ControllerServiceImplBase() {
        @Override
        public void describeQuorum(
                ControllerServiceDescribeQuorumRequest request,
                StreamObserver<ControllerServiceDescribeQuorumResponse> response) {
            response.onNext(ControllerServiceDescribeQuorumResponse.newBuilder()
                    .setResponse(
                            DescribeQuorumResponse.newBuilder().setLeaderId(1).setLeaderEpoch(7))
                    .build());
            response.onCompleted();
        }
    });
    private final GrpcChannels channels = quorum.channels();
    private final ClusterWatch watch = new ClusterWatch(loop, () -> 2);
    private final MetadataStage stage = new MetadataStage(loop, watch);
    private final InProcessBroker broker = new InProcessBroker(new MetadataService(
                    new MetadataService.Ports(
                            stage.applied(),
                            new RevisionWait(stage.applied(), loop, loop),
                            loop,
                            watch,
                            new ForwardedCalls(
                                    loop,
                                    loop,
                                    new GrpcControllerClient(
                                            channels, new ActiveController(quorum.endpoints()), 1, 10_000))),
                    "CLIENT")
            .definition());
    private final MetadataServiceGrpc.MetadataServiceFutureStub metadata =
            MetadataServiceGrpc.newFutureStub(broker.channel());

    @AfterEach
    void close() {
        broker.close();
        channels.close();
        quorum.close();
    }

    @Test
    void theClusterIsDescribedFromTheAppliedImage() throws Exception {
        stage.controllerIs(3);
        stage.show(change(threeBrokers(), orders(led(1, 4, 9))).after());

        MetadataServiceDescribeResponse described = metadata.describe(
                        MetadataServiceDescribeRequest.getDefaultInstance())
                .get();

        assertThat(described.getClusterId()).isEqualTo("c1");
        assertThat(described.getRevision()).isEqualTo(4);
        assertThat(described.getControllerId()).isEqualTo(3);
        assertThat(described.getBrokersList())
                .extracting(Broker::getEndpoint)
                .first()
                .isEqualTo("client1:9092");
        assertThat(described.getTopics(0).getPartitions(0).getLeaderEpoch()).isEqualTo(4);
    }

    @Test
    void topicsAreFoundByNameOrIdAndTheOthersNamed() throws Exception {
        stage.show(change(threeBrokers(), orders(led(1, 4, 9))).after());
        TopicRef byName = TopicRef.newBuilder().setName("orders").build();
        TopicRef byId = TopicRef.newBuilder().setId(Ids.bytes(ORDERS)).build();
        TopicRef absent = TopicRef.newBuilder().setName("absent").build();
        TopicRef mismatch = TopicRef.newBuilder()
                .setName("orders")
                .setId(Ids.bytes(PAYMENTS))
                .build();

        MetadataServiceDescribeResponse described = metadata.describe(MetadataServiceDescribeRequest.newBuilder()
                        .addTopics(byName)
                        .addTopics(byId)
                        .addTopics(absent)
                        .addTopics(mismatch)
                        .build())
                .get();

        assertThat(described.getTopicsList()).extracting(Topic::getName).containsExactly("orders");
        assertThat(described.getUnknownTopicsList()).containsExactly(absent, mismatch);
    }

    @Test
    void aMalformedIdIsRefused() {
        stage.show(threeBrokers());

        ListenableFuture<?> answer = metadata.describe(MetadataServiceDescribeRequest.newBuilder()
                .addTopics(TopicRef.newBuilder().setId(ByteString.copyFromUtf8("short")))
                .build());

        assertThat(failure(answer).code()).isEqualTo(ErrorCode.INVALID_REQUEST);
    }

    @Test
    void oneReadsOnesOwnWritesByTheirRevision() throws Exception {
        stage.show(threeBrokers());
        ListenableFuture<MetadataServiceDescribeResponse> answer = metadata.describe(
                MetadataServiceDescribeRequest.newBuilder().setMinRevision(4).build());
        loop.run();
        assertThat(answer.isDone()).isFalse();

        stage.show(change(threeBrokers(), orders(led(1, 4, 9))));

        assertThat(answer.get().getTopicsCount()).isEqualTo(1);
    }

    @Test
    void aRevisionThatDoesNotComeInTimeIsRefusedWithTheReason() {
        stage.show(threeBrokers());
        ListenableFuture<MetadataServiceDescribeResponse> answer = metadata.withDeadlineAfter(60, TimeUnit.SECONDS)
                .describe(MetadataServiceDescribeRequest.newBuilder()
                        .setMinRevision(400)
                        .build());

        loop.pass(60_000);

        assertThat(failure(answer).code()).isEqualTo(ErrorCode.REQUEST_TIMED_OUT);
        assertThat(failure(answer).outcome()).isEqualTo(Outcome.NOT_APPLIED);
        assertThat(failure(answer).message()).contains("revision 3, not yet 400");
    }

    @Test
    void theQuorumIsDescribedByTheActiveController() throws Exception {
        ListenableFuture<DescribeQuorumResponse> answer =
                metadata.describeQuorum(DescribeQuorumRequest.getDefaultInstance());
        loop.run();

        assertThat(answer.get().getLeaderEpoch()).isEqualTo(7);
    }

    @Test
    void aWatchStartsWithASnapshotAndGoesOnWithEveryChange() {
        MetadataImage created = change(threeBrokers(), orders(led(1, 0, 0))).after();
        stage.show(created);
        WatchingClient client = watching();

        assertThat(client.next()).satisfies(snapshot -> {
            assertThat(snapshot.getSnapshot()).isTrue();
            assertThat(snapshot.getLast()).isTrue();
            assertThat(snapshot.getHistoryId()).isEqualTo("h1");
            assertThat(snapshot.getRevision()).isEqualTo(4);
            assertThat(snapshot.getBrokersCount()).isEqualTo(3);
            assertThat(snapshot.getTopicsList()).extracting(Topic::getName).containsExactly("orders");
            assertThat(snapshot.getControllerId()).isEqualTo(2);
        });

        MetadataImage moved = show(change(created, new PartitionSet(ORDERS, 0, led(2, 1, 1))));
        assertThat(client.next()).satisfies(step -> {
            assertThat(step.getSnapshot()).isFalse();
            assertThat(step.getRevision()).isEqualTo(5);
            assertThat(step.getTopics(0).getPartitions(0).getLeader()).isEqualTo(2);
            assertThat(step.getBrokersCount()).isZero();
        });

        MetadataImage fenced = show(change(moved, new BrokerSet(broker(3, 3).withFenced(true))));
        assertThat(client.next().getBrokers(0).getFenced()).isTrue();

        MetadataImage removed = show(change(fenced, new BrokerRemoved(3)));
        assertThat(client.next().getRemovedBrokersList()).containsExactly(3);

        show(change(removed, new TopicRemoved(ORDERS)));
        assertThat(client.next().getRemovedTopicsList()).containsExactly(Ids.bytes(ORDERS));
    }

    @Test
    void aWatchResumesWhereItLeftOffWithoutASnapshot() {
        stage.show(threeBrokers());
        MetadataImage created = show(change(threeBrokers(), orders(led(1, 0, 0))));
        show(change(created, new PartitionSet(ORDERS, 0, led(2, 1, 1))));

        WatchingClient client = watchingFrom("h1", 4);

        assertThat(client.next().getRevision()).isEqualTo(5);
        assertThat(client.pending()).isZero();
    }

    @Test
    void aPointThatIsNoLongerHeldStartsOver() {
        stage.show(threeBrokers().withRevision(40));

        assertThat(watchingFrom("h1", 39).next().getSnapshot()).isTrue();
        assertThat(watchingFrom("another-history", 40).next().getSnapshot()).isTrue();
    }

    @Test
    void aClientAheadOfThisBrokerWaitsForIt() {
        MetadataImage at40 = threeBrokers().withRevision(40);
        stage.show(at40);
        WatchingClient client = watchingFrom("h1", 41);
        assertThat(client.pending()).isZero();

        MetadataImage at41 = show(change(at40, new BrokerSet(broker(4, 41))));
        assertThat(client.pending()).isZero();

        show(change(at41, new BrokerSet(broker(5, 42))));
        assertThat(client.next().getBrokers(0).getId()).isEqualTo(5);
    }

    @Test
    void aWatchBeforeTheFirstImageWaitsForIt() {
        WatchingClient client = watching();
        assertThat(client.pending()).isZero();

        stage.show(threeBrokers());

        assertThat(client.next().getSnapshot()).isTrue();
    }

    @Test
    void onlyTheNamedTopicsAreFollowed() {
        MetadataImage created = change(threeBrokers(), orders(led(1, 0, 0))).after();
        stage.show(created);
        WatchingClient client = watching("payments");
        assertThat(client.next().getTopicsCount()).isZero();

        MetadataImage moved = show(change(created, new PartitionSet(ORDERS, 0, led(2, 1, 1))));
        assertThat(client.pending()).isZero();

        MetadataRecord[] payments = {new TopicCreated("payments", PAYMENTS), new PartitionSet(PAYMENTS, 0, led(1, 0, 0))
        };
        MetadataImage both = show(change(moved, payments));
        assertThat(client.next().getTopicsList()).extracting(Topic::getName).containsExactly("payments");

        show(change(both, new TopicRemoved(ORDERS), new TopicRemoved(PAYMENTS)));
        assertThat(client.next().getRemovedTopicsList()).containsExactly(Ids.bytes(PAYMENTS));
    }

    @Test
    void aBigClusterComesInSeveralMessagesThatBelongTogether() {
        MetadataImage image = threeBrokers();
        for (int i = 0; i < 2_500; i++) {
            image = change(image, new TopicCreated("topic-" + i, new TopicId(new UUID(2, i))))
                    .after();
        }
        stage.show(image);
        WatchingClient client = watching();

        assertThat(client.next().getLast()).isFalse();
        assertThat(client.next().getBrokersCount()).isZero();
        assertThat(client.next().getLast()).isTrue();
        assertThat(client.topicsSeen()).isEqualTo(2_500);
    }

    @Test
    void aSlowClientCostsNoMemoryAndStartsOver() {
        MetadataImage image = threeBrokers();
        stage.show(image);
        WatchingClient client = watching();
        client.next();
        client.stopReading();
        int changes = 1_100;
        for (int i = 0; i < changes; i++) {
            image = show(change(image, new BrokerSet(broker(4, 10 + i))));
        }

        client.readOn(loop);

        assertThat(client.pending()).isLessThan(changes);
        assertThat(client.last().getRevision()).isEqualTo(image.revision());
        assertThat(client.snapshots()).isEqualTo(2);
    }

    @Test
    void anIdleWatchHearsThatItIsUpToDate() {
        stage.show(threeBrokers());
        WatchingClient client = watching();
        client.next();

        loop.pass(6_000);

        assertThat(client.next()).satisfies(idle -> {
            assertThat(idle.getRevision()).isEqualTo(3);
            assertThat(idle.getLast()).isTrue();
            assertThat(idle.getSnapshot()).isFalse();
            assertThat(idle.getBrokersCount()).isZero();
        });
    }

    @Test
    void aClientThatLeftIsForgotten() {
        stage.show(threeBrokers());
        WatchingClient client = watching();
        client.next();

        client.leave();
        loop.run();
        show(change(threeBrokers(), new BrokerSet(broker(4, 4))));

        assertThat(client.pending()).isZero();
    }

    private MetadataImage show(MetadataChange change) {
        stage.show(change);
        loop.run();
        return change.after();
    }

    private WatchingClient watching(String... topics) {
        WatchingClient client = new WatchingClient(broker.channel(), "", 0, topics);
        loop.run();
        return client;
    }

    private WatchingClient watchingFrom(String historyId, long revision) {
        WatchingClient client = new WatchingClient(broker.channel(), historyId, revision);
        loop.run();
        return client;
    }
}
