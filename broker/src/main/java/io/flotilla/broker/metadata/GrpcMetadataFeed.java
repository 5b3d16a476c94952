package io.flotilla.broker.metadata;

import io.flotilla.broker.metadata.FeedMessage.DeltaPart;
import io.flotilla.broker.metadata.FeedMessage.Progress;
import io.flotilla.broker.metadata.FeedMessage.SnapshotPart;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.Endpoint;
import io.flotilla.model.wire.MetadataRecords;
import io.flotilla.model.wire.StatusErrors;
import io.flotilla.proto.internal.v1.FollowRequest;
import io.flotilla.proto.internal.v1.FollowResponse;
import io.flotilla.proto.internal.v1.MetadataFeedServiceGrpc;
import io.flotilla.proto.internal.v1.MetadataRecord;
import io.grpc.ManagedChannel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The metadata feed over gRPC. Any thread; the channels belong to the wiring. */
public final class GrpcMetadataFeed implements MetadataFeed {
    /** Messages that may be under way to the follower's loop. */
    private static final int WINDOW = 16;

    private final GrpcChannels channels;
    private final String clusterId;
    private final int brokerId;

    public GrpcMetadataFeed(GrpcChannels channels, String clusterId, int brokerId) {
        this.channels = channels;
        this.clusterId = clusterId;
        this.brokerId = brokerId;
    }

    @Override
    public Stream open(Endpoint node, ResumePoint from, Sink sink) {
        ManagedChannel channel = channels.to(node);
        FollowCall call = new FollowCall(sink, failure -> channels.failed(node, channel, failure));
        MetadataFeedServiceGrpc.newStub(channel)
                .follow(
                        FollowRequest.newBuilder()
                                .setClusterId(clusterId)
                                .setHistoryId(from.historyId())
                                .setFromRevision(from.revision())
                                .setBrokerId(brokerId)
                                .build(),
                        call);
        return call;
    }

    private static FeedMessage message(FollowResponse response) {
        return switch (response.getContentCase()) {
            case SNAPSHOT ->
                new SnapshotPart(
                        response.getSnapshot().getHistoryId(),
                        response.getSnapshot().getRevision(),
                        records(response.getSnapshot().getRecordsList()),
                        response.getSnapshot().getLast());
            case DELTA ->
                new DeltaPart(
                        response.getDelta().getPreviousRevision(),
                        response.getDelta().getRevision(),
                        records(response.getDelta().getRecordsList()),
                        response.getDelta().getLast());
            case PROGRESS ->
                new Progress(
                        response.getProgress().getRevision(),
                        response.getProgress().getActiveControllerId(),
                        response.getProgress().getActiveControllerEndpoint());
            case CONTENT_NOT_SET ->
                throw new IllegalArgumentException("the feed sent a message that this version does not know");
        };
    }

    private static List<io.flotilla.model.delta.MetadataRecord> records(List<MetadataRecord> messages) {
        return messages.stream().map(MetadataRecords::ofMessage).toList();
    }

    /** One Follow call. */
    private static final class FollowCall implements Stream, ClientResponseObserver<FollowRequest, FollowResponse> {
        private final Sink sink;
        private final Consumer<Throwable> onFailure;
        private volatile @Nullable ClientCallStreamObserver<FollowRequest> call;

        FollowCall(Sink sink, Consumer<Throwable> onFailure) {
            this.sink = sink;
            this.onFailure = onFailure;
        }

        @Override
        public void beforeStart(ClientCallStreamObserver<FollowRequest> requests) {
            requests.disableAutoRequestWithInitial(WINDOW);
            call = requests;
        }

        @Override
        public void onNext(FollowResponse response) {
            FeedMessage message;
            try {
                message = message(response);
            } catch (IllegalArgumentException e) {
                sink.onClosed(FlotillaError.unknown(
                        ErrorCode.UNKNOWN_SERVER_ERROR, "the feed cannot be understood: " + e.getMessage()));
                close();
                return;
            }
            sink.onMessage(message);
        }

        @Override
        public void onError(Throwable failure) {
            onFailure.accept(failure);
            sink.onClosed(StatusErrors.ofFailure(failure));
        }

        @Override
        public void onCompleted() {
            sink.onClosed(FlotillaError.unknown(ErrorCode.NOT_CONTROLLER, "the node ended the feed"));
        }

        @Override
        public void processed() {
            ClientCallStreamObserver<FollowRequest> started = call;
            if (started != null) {
                started.request(1);
            }
        }

        @Override
        public void close() {
            ClientCallStreamObserver<FollowRequest> started = call;
            if (started != null) {
                started.cancel("the follower leaves", null);
            }
        }
    }
}
