package io.flotilla.quorum.rpc;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.Endpoint;
import io.flotilla.model.wire.StatusErrors;
import io.flotilla.proto.internal.v1.IntroduceRequest;
import io.flotilla.proto.internal.v1.IntroduceResponse;
import io.flotilla.proto.internal.v1.QuorumServiceGrpc;
import io.grpc.ManagedChannel;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Asks nodes over gRPC who they are, each on a connection of its own. Safe for any thread; nothing to close. */
public final class GrpcNewcomers implements QuorumChanges.Newcomers {
    private static final long TIMEOUT_MS = 1_000;

    private final Function<Endpoint, ManagedChannel> channels;
    private final IntroduceRequest introduction;

    /** @param channels opens a channel to an endpoint without blocking; it is shut down here */
    public GrpcNewcomers(Function<Endpoint, ManagedChannel> channels, String clusterId, int nodeId) {
        this.channels = channels;
        this.introduction = IntroduceRequest.newBuilder()
                .setClusterId(clusterId)
                .setNodeId(nodeId)
                .build();
    }

    @Override
    public CompletionStage<IntroduceResponse> ask(Endpoint node) {
        CompletableFuture<IntroduceResponse> answer = new CompletableFuture<>();
        ManagedChannel channel = channels.apply(node);
        ListenableFuture<IntroduceResponse> response = QuorumServiceGrpc.newFutureStub(channel)
                .withDeadlineAfter(TIMEOUT_MS, TimeUnit.MILLISECONDS)
                .introduce(introduction);
        response.addListener(channel::shutdownNow, MoreExecutors.directExecutor());
        Futures.addCallback(
                response,
                new FutureCallback<>() {
                    @Override
                    public void onSuccess(@Nullable IntroduceResponse who) {
                        answer.complete(Objects.requireNonNull(who, "an answer"));
                    }

                    @Override
                    public void onFailure(Throwable failure) {
                        answer.completeExceptionally(unheard(node, failure).exception());
                    }
                },
                MoreExecutors.directExecutor());
        return answer;
    }

    /** No retry finds out more by itself: somebody has to start the node, or to name another endpoint. */
    private static FlotillaError unheard(Endpoint node, Throwable failure) {
        FlotillaError error = StatusErrors.ofFailure(failure);
        if (error.code() == ErrorCode.INCONSISTENT_CLUSTER_ID) {
            return error;
        }
        return FlotillaError.notApplied(
                ErrorCode.POLICY_VIOLATION,
                "no controller answers at " + node + " (" + error.message() + "); start the node that is to be added"
                        + " with the role controller and without controller.quorum.voters, and name its INTERNAL"
                        + " listener");
    }
}
