package io.flotilla.broker.rpc;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import io.flotilla.broker.metadata.GrpcChannels;
import io.flotilla.model.call.CallContext;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.Endpoint;
import io.flotilla.model.image.BrokerRegistration;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.time.Clock;
import io.flotilla.model.wire.StatusErrors;
import io.flotilla.proto.internal.v1.ReplicationServiceGrpc;
import io.flotilla.proto.internal.v1.ReplicationServiceGrpc.ReplicationServiceFutureStub;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Asks other brokers, and this one, on their internal listeners. Any thread. */
final class PeerCalls {
    private static final long MS = 1_000_000L;
    /** For callers that name no deadline; digests read whole logs. */
    private static final long PATIENCE_MS = 300_000;

    private final GrpcChannels channels;
    private final Clock clock;

    PeerCalls(GrpcChannels channels, Clock clock) {
        this.channels = channels;
        this.clock = clock;
    }

    /**
     * Fails with {@link io.flotilla.model.error.FlotillaException} when the broker is not registered or does not
     * answer.
     */
    <R> CompletableFuture<R> ask(
            int broker,
            MetadataImage image,
            long timeoutMs,
            Function<ReplicationServiceFutureStub, ListenableFuture<R>> call) {
        return askOn(
                broker,
                image,
                channel -> call.apply(ReplicationServiceGrpc.newFutureStub(channel)
                        .withDeadlineAfter(timeoutMs, TimeUnit.MILLISECONDS)));
    }

    /** As {@link #ask}, of any service; the call brings its own deadline. */
    <R> CompletableFuture<R> askOn(int broker, MetadataImage image, Function<Channel, ListenableFuture<R>> call) {
        Endpoint endpoint = image.brokers()
                .broker(broker)
                .flatMap(known -> known.listener(BrokerRegistration.INTERNAL_LISTENER))
                .orElse(null);
        if (endpoint == null) {
            return CompletableFuture.failedFuture(
                    FlotillaError.notApplied(ErrorCode.LEADER_NOT_AVAILABLE, "broker " + broker + " is not registered")
                            .exception());
        }
        ManagedChannel channel = channels.to(endpoint);
        CompletableFuture<R> answer = new CompletableFuture<>();
        Futures.addCallback(
                call.apply(channel),
                new FutureCallback<R>() {
                    @Override
                    public void onSuccess(@Nullable R result) {
                        answer.complete(Objects.requireNonNull(result, "gRPC has no null answers"));
                    }

                    @Override
                    public void onFailure(Throwable failure) {
                        channels.failed(endpoint, channel, failure);
                        answer.completeExceptionally(
                                StatusErrors.ofFailure(failure).exception());
                    }
                },
                MoreExecutors.directExecutor());
        return answer;
    }

    /** The time that a caller has left. */
    long leftMs(CallContext caller) {
        return caller.deadlineNanos() == Long.MAX_VALUE
                ? PATIENCE_MS
                : Math.max(1, (caller.deadlineNanos() - clock.nanos()) / MS);
    }
}
