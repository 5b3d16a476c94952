package io.flotilla.broker.metadata;

import static io.flotilla.broker.metadata.Cluster.node;
import static io.flotilla.broker.metadata.Cluster.threeBrokers;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.broker.metadata.FeedMessage.Progress;
import io.flotilla.broker.metadata.FeedMessage.SnapshotPart;
import io.flotilla.broker.metadata.MetadataFeed.ResumePoint;
import io.flotilla.model.delta.MetadataRecord;
import io.flotilla.model.delta.Snapshot;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.wire.MetadataRecords;
import io.flotilla.model.wire.StatusErrors;
import io.flotilla.proto.internal.v1.FeedProgress;
import io.flotilla.proto.internal.v1.FollowRequest;
import io.flotilla.proto.internal.v1.FollowResponse;
import io.flotilla.proto.internal.v1.MetadataFeedServiceGrpc;
import io.flotilla.proto.internal.v1.SnapshotChunk;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GrpcMetadataFeedTest {
    private static final long WAIT_S_MAX = 10;

    private final String prefix = "feed-" + UUID.randomUUID() + "-";
    private final BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
    private final GrpcChannels channels = new GrpcChannels(
            endpoint -> InProcessChannelBuilder.forName(prefix + endpoint).build());
    private final GrpcMetadataFeed feed = new GrpcMetadataFeed(channels, "c1", 7);
    private final ScriptedService service = new ScriptedService();
    private Server server;

    /** Answers as the test says. */
    private static final class ScriptedService extends MetadataFeedServiceGrpc.MetadataFeedServiceImplBase {
        private final BlockingQueue<FollowRequest> requests = new LinkedBlockingQueue<>();
        private final BlockingQueue<StreamObserver<FollowResponse>> answers = new LinkedBlockingQueue<>();

        @Override
        public void follow(FollowRequest request, StreamObserver<FollowResponse> responses) {
            answers.add(responses);
            requests.add(request);
        }
    }

    @BeforeEach
    void startNode1() throws IOException {
        server = InProcessServerBuilder.forName(prefix + node(1))
                .addService(service)
                .build()
                .start();
    }

    @AfterEach
    void stop() {
        channels.close();
        server.shutdownNow();
    }

    @Test
    void whatTheNodeStreamsArrivesAsTheModelsRecords() throws InterruptedException {
        feed.open(node(1), new ResumePoint("h1", 12), sink());

        FollowRequest request = service.requests.poll(WAIT_S_MAX, TimeUnit.SECONDS);
        assertThat(request)
                .isEqualTo(FollowRequest.newBuilder()
                        .setClusterId("c1")
                        .setHistoryId("h1")
                        .setFromRevision(12)
                        .setBrokerId(7)
                        .build());

        List<MetadataRecord> records = new ArrayList<>();
        Snapshot.records(threeBrokers(), records::add);
        StreamObserver<FollowResponse> answers = service.answers.take();
        answers.onNext(FollowResponse.newBuilder()
                .setSnapshot(SnapshotChunk.newBuilder()
                        .setHistoryId("h1")
                        .setRevision(13)
                        .addAllRecords(
                                records.stream().map(MetadataRecords::toMessage).toList())
                        .setLast(true))
                .build());
        answers.onNext(FollowResponse.newBuilder()
                .setProgress(FeedProgress.newBuilder()
                        .setRevision(13)
                        .setActiveControllerId(2)
                        .setActiveControllerEndpoint("node2:9093"))
                .build());

        assertThat(next()).usingRecursiveComparison().isEqualTo(new SnapshotPart("h1", 13, records, true));
        assertThat(next()).isEqualTo(new Progress(13, 2, "node2:9093"));
    }

    @Test
    void aSlowFollowerGetsNoMoreThanItsWindow() throws InterruptedException {
        MetadataFeed.Stream stream = feed.open(node(1), new ResumePoint("", 0), sink());
        StreamObserver<FollowResponse> answers = service.answers.poll(WAIT_S_MAX, TimeUnit.SECONDS);
        for (int revision = 1; revision <= 40; revision++) {
            answers.onNext(FollowResponse.newBuilder()
                    .setProgress(FeedProgress.newBuilder().setRevision(revision))
                    .build());
        }
        for (int revision = 1; revision <= 16; revision++) {
            assertThat(next()).isEqualTo(new Progress(revision, 0, ""));
        }
        assertThat(heard.poll(50, TimeUnit.MILLISECONDS)).isNull();

        stream.processed();

        assertThat(next()).isEqualTo(new Progress(17, 0, ""));
    }

    @Test
    void aRefusalKeepsItsError() throws InterruptedException {
        feed.open(node(1), new ResumePoint("", 0), sink());

        service.answers
                .poll(WAIT_S_MAX, TimeUnit.SECONDS)
                .onError(StatusErrors.toStatus(
                        FlotillaError.notApplied(ErrorCode.INCONSISTENT_CLUSTER_ID, "this is cluster c2")));

        assertThat(next()).isEqualTo(FlotillaError.notApplied(ErrorCode.INCONSISTENT_CLUSTER_ID, "this is cluster c2"));
    }

    @Test
    void aNodeThatComesUpIsReachedAtOnceAfterARefusedConnection() throws Exception {
        feed.open(node(2), new ResumePoint("", 0), sink());
        assertThat(next()).isInstanceOf(FlotillaError.class);

        Server late = InProcessServerBuilder.forName(prefix + node(2))
                .addService(service)
                .build()
                .start();
        long before = System.nanoTime();
        feed.open(node(2), new ResumePoint("", 0), sink());

        assertThat(service.requests.poll(WAIT_S_MAX, TimeUnit.SECONDS)).isNotNull();
        assertThat(System.nanoTime() - before).isLessThan(TimeUnit.MILLISECONDS.toNanos(700));
        late.shutdownNow();
    }

    private MetadataFeed.Sink sink() {
        return new MetadataFeed.Sink() {
            @Override
            public void onMessage(FeedMessage message) {
                heard.add(message);
            }

            @Override
            public void onClosed(FlotillaError reason) {
                heard.add(reason);
            }
        };
    }

    private Object next() throws InterruptedException {
        Object message = heard.poll(WAIT_S_MAX, TimeUnit.SECONDS);
        assertThat(message).as("a message within " + WAIT_S_MAX + " s").isNotNull();
        return message;
    }
}
