package io.flotilla.quorum.rpc;

import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.wire.StatusErrors;
import io.flotilla.proto.internal.v1.FollowRequest;
import io.flotilla.proto.internal.v1.FollowResponse;
import io.flotilla.proto.internal.v1.MetadataFeedServiceGrpc;
import io.flotilla.quorum.feed.FeedSink;
import io.flotilla.quorum.feed.MetadataFeed;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

/** The metadata feed over gRPC, at the speed of each watcher. Safe for any thread, and for a direct executor. */
public final class MetadataFeedService extends MetadataFeedServiceGrpc.MetadataFeedServiceImplBase {
    private final MetadataFeed feed;

    public MetadataFeedService(MetadataFeed feed) {
        this.feed = feed;
    }

    @Override
    public void follow(FollowRequest request, StreamObserver<FollowResponse> observer) {
        ServerCallStreamObserver<FollowResponse> call = (ServerCallStreamObserver<FollowResponse>) observer;
        MetadataFeed.Subscription subscription = feed.follow(request, new FeedSink() {
            @Override
            public boolean ready() {
                return call.isReady() && !call.isCancelled();
            }

            @Override
            public void send(FollowResponse message) {
                call.onNext(message);
            }

            @Override
            public void fail(FlotillaError error) {
                call.onError(StatusErrors.toStatus(error));
            }
        });
        call.setOnReadyHandler(subscription::pump);
        call.setOnCancelHandler(subscription::cancel);
    }
}
