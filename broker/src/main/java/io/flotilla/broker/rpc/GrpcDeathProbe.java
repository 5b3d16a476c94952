package io.flotilla.broker.rpc;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.MoreExecutors;
import io.flotilla.broker.metadata.ControlLoop;
import io.flotilla.model.id.Endpoint;
import io.flotilla.model.id.IncarnationId;
import io.flotilla.model.image.BrokerRegistration;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.wire.ConnectionRefusal;
import io.flotilla.model.wire.Ids;
import io.flotilla.proto.internal.v1.ProbeServiceGrpc;
import io.flotilla.proto.internal.v1.WhoAreYouRequest;
import io.flotilla.proto.internal.v1.WhoAreYouResponse;
import io.grpc.ManagedChannel;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Probes the registered internal listener until two probes in a row are proof, or for about a session; each on a
 * connection of its own, for an old one would show what was. Safe for any thread; nothing to close.
 */
public final class GrpcDeathProbe implements DeathProbe {
    /** How long to wait for an answer: a refusal comes at once, but a busy machine takes its time to notice. */
    public static final long TIMEOUT_MS = 2_000;

    private static final int PROOFS = 2;
    private static final long BETWEEN_PROOFS_NANOS = 50_000_000L;
    private static final long BETWEEN_LOOKS_NANOS = 250_000_000L;
    /** With the pause between them, about as long as a session: after it the controller has decided. */
    private static final int LOOKS_WITHOUT_PROOF_MAX = 12;

    private static final int INCARNATION_BYTES = 16;

    private final Function<Endpoint, ManagedChannel> channels;
    private final Supplier<MetadataImage> image;
    private final ControlLoop loop;
    private final long timeoutMs;

    /**
     * @param channels opens a channel to an endpoint without blocking; the probe shuts it down
     * @param image the applied metadata
     * @param loop keeps the time between the two probes
     * @param timeoutMs when a probe that is not answered ends without proof, normally {@link #TIMEOUT_MS}
     */
    public GrpcDeathProbe(
            Function<Endpoint, ManagedChannel> channels,
            Supplier<MetadataImage> image,
            ControlLoop loop,
            long timeoutMs) {
        this.channels = channels;
        this.image = image;
        this.loop = loop;
        this.timeoutMs = timeoutMs;
    }

    @Override
    public void probe(int brokerId, long brokerEpoch, Runnable proven) {
        Optional<BrokerRegistration> suspect =
                image.get().brokers().broker(brokerId).filter(known -> known.epoch() == brokerEpoch);
        if (suspect.isEmpty()) {
            // A later run is registered, and with that the controller has dealt with this one.
            return;
        }
        IncarnationId run = suspect.get().incarnation();
        suspect.get()
                .listener(BrokerRegistration.INTERNAL_LISTENER)
                .ifPresent(endpoint -> look(new Suspicion(endpoint, run, proven), 0, LOOKS_WITHOUT_PROOF_MAX));
    }

    /**
     * Whom to look for, and what to do when it is gone.
     *
     * @param run the incarnation whose death is to be proven
     */
    private record Suspicion(Endpoint endpoint, IncarnationId run, Runnable proven) {}

    /** A process that ends closes its connections before its listener, so a look without proof is not the last. */
    private void look(Suspicion suspicion, int proofs, int looksLeft) {
        isGone(suspicion.endpoint(), suspicion.run(), gone -> {
            if (gone && proofs + 1 == PROOFS) {
                suspicion.proven().run();
            } else if (gone) {
                loop.after(BETWEEN_PROOFS_NANOS, () -> look(suspicion, proofs + 1, looksLeft));
            } else if (looksLeft > 0) {
                loop.after(BETWEEN_LOOKS_NANOS, () -> look(suspicion, 0, looksLeft - 1));
            }
        });
    }

    private void isGone(Endpoint endpoint, IncarnationId run, Consumer<Boolean> found) {
        ManagedChannel channel = channels.apply(endpoint);
        Futures.addCallback(
                ProbeServiceGrpc.newFutureStub(channel)
                        .withDeadlineAfter(timeoutMs, TimeUnit.MILLISECONDS)
                        .whoAreYou(WhoAreYouRequest.getDefaultInstance()),
                new FutureCallback<WhoAreYouResponse>() {
                    @Override
                    public void onSuccess(@Nullable WhoAreYouResponse answer) {
                        found.accept(answer != null
                                && answer.getIncarnation().size() == INCARNATION_BYTES
                                && !answer.getIncarnation().equals(Ids.bytes(run)));
                        channel.shutdownNow();
                    }

                    @Override
                    public void onFailure(Throwable failure) {
                        found.accept(ConnectionRefusal.isBehind(failure));
                        channel.shutdownNow();
                    }
                },
                MoreExecutors.directExecutor());
    }
}
