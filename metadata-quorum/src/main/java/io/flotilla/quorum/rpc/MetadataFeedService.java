package io.flotilla.quorum.rpc;

import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.wire.StatusErrors;
import io.flotilla.proto.internal.v1.FollowRequest;
import io.flotilla.proto.internal.v1.FollowResponse;
import io.flotilla.proto.internal.v1.MetadataFeedServiceGrpc;
import io.flotilla.quorum.feed.FeedSink;
import io.flotilla.quorum.feed.MetadataFeed;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.function.BooleanSupplier;

/** The metadata feed over gRPC, at the speed of each watcher. Safe for any thread, and for a direct executor. */
public final class MetadataFeedService extends MetadataFeedServiceGrpc.MetadataFeedServiceImplBase {
    private final MetadataFeed feed;
    private final BooleanSupplier votes;

    /** @param votes whether this node is a voter: one that waits to be added hears nothing that it could tell */
    public MetadataFeedService(MetadataFeed feed, BooleanSupplier votes) {
        this.feed = feed;
        this.votes = votes;
    }

    @Override
    public void follow(FollowRequest request, StreamObserver<FollowResponse> observer) {
        if (!votes.getAsBoolean()) {
            observer.onError(StatusErrors.toStatus(FlotillaError.notApplied(
                    ErrorCode.NOT_CONTROLLER,
                    "this node is no voter of the metadata quorum and hears nothing of the metadata")));
            return;
        }
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
