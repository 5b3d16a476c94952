package io.flotilla.quorum.rpc;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import io.flotilla.model.id.Endpoint;
import io.flotilla.model.image.BrokerRegistration;
import io.flotilla.model.wire.ConnectionRefusal;
import io.flotilla.model.wire.Ids;
import io.flotilla.proto.internal.v1.ProbeServiceGrpc;
import io.flotilla.proto.internal.v1.WhoAreYouRequest;
import io.flotilla.proto.internal.v1.WhoAreYouResponse;
import io.flotilla.quorum.liveness.ProbeAnswer;
import io.grpc.ManagedChannel;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Probes over gRPC, each on a connection of its own: an old one would show what was, and a channel that failed before
 * waits before it tries again. Safe for any thread; nothing to close.
 */
public final class GrpcProber implements Prober {
    /** Long enough for a busy machine; whoever is silent for so long has its session anyway. */
    private static final long TIMEOUT_MS = 1000;

    private static final int INCARNATION_LENGTH = 16;

    /** Where nobody listens: tcpmux, which no machine runs any more. */
    private static final Endpoint NOBODY = new Endpoint("127.0.0.1", 1);

    private final Function<Endpoint, ManagedChannel> channels;
    private final long timeoutMs;

    /** @param channels opens a channel to an endpoint without blocking; the prober shuts it down */
    public GrpcProber(Function<Endpoint, ManagedChannel> channels) {
        this(channels, TIMEOUT_MS);
    }

    GrpcProber(Function<Endpoint, ManagedChannel> channels, long timeoutMs) {
        this.channels = channels;
        this.timeoutMs = timeoutMs;
    }

    /** Sees a connection refused: the code for it is loaded only then, which takes long on a busy machine. */
    @Override
    public void prepare() {
        ask(NOBODY, new FutureCallback<>() {
            @Override
            public void onSuccess(@Nullable WhoAreYouResponse response) {
                // Nobody was meant to answer, and nobody minds.
            }

            @Override
            public void onFailure(Throwable failure) {
                ConnectionRefusal.isBehind(failure);
            }
        });
    }

    @Override
    public CompletableFuture<ProbeAnswer> probe(BrokerRegistration broker) {
        CompletableFuture<ProbeAnswer> answer = new CompletableFuture<>();
        Optional<Endpoint> endpoint = broker.listener(BrokerRegistration.INTERNAL_LISTENER);
        if (endpoint.isEmpty()) {
            answer.complete(ProbeAnswer.NO_ANSWER);
            return answer;
        }
        ask(endpoint.get(), new FutureCallback<>() {
            @Override
            public void onSuccess(@Nullable WhoAreYouResponse response) {
                answer.complete(answered(broker, response));
            }

            @Override
            public void onFailure(Throwable failure) {
                answer.complete(ConnectionRefusal.isBehind(failure) ? ProbeAnswer.REFUSED : ProbeAnswer.NO_ANSWER);
            }
        });
        return answer;
    }

    /** Whether a connection to the endpoint is refused now; never fails. */
    CompletableFuture<Boolean> refuses(Endpoint endpoint) {
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        ask(endpoint, new FutureCallback<>() {
            @Override
            public void onSuccess(@Nullable WhoAreYouResponse response) {
                answer.complete(false);
            }

            @Override
            public void onFailure(Throwable failure) {
                answer.complete(ConnectionRefusal.isBehind(failure));
            }
        });
        return answer;
    }

    private void ask(Endpoint endpoint, FutureCallback<WhoAreYouResponse> callback) {
        ManagedChannel channel = channels.apply(endpoint);
        ListenableFuture<WhoAreYouResponse> response = ProbeServiceGrpc.newFutureStub(channel)
                .withDeadlineAfter(timeoutMs, TimeUnit.MILLISECONDS)
                .whoAreYou(WhoAreYouRequest.getDefaultInstance());
        response.addListener(channel::shutdownNow, MoreExecutors.directExecutor());
        Futures.addCallback(response, callback, MoreExecutors.directExecutor());
    }

    private static ProbeAnswer answered(BrokerRegistration broker, @Nullable WhoAreYouResponse response) {
        if (response == null || response.getIncarnation().size() != INCARNATION_LENGTH) {
            return ProbeAnswer.NO_ANSWER;
        }
        return response.getIncarnation().equals(Ids.bytes(broker.incarnation()))
                ? ProbeAnswer.ALIVE
                : ProbeAnswer.ANOTHER_INCARNATION;
    }
}
