package io.flotilla.client.internal.batch;

import io.flotilla.client.internal.batch.ProduceTransport.Identity;
import io.flotilla.client.internal.routing.Backoff;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.Endpoint;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gets producer ids from whichever broker answers. Owned by the producer's loop. */
final class ProducerIds implements ProduceTransport.IdentityListener {
    private static final long REQUEST_TIMEOUT_MS = 2_000;
    private static final long NOT_DUE = -1;

    private final ProduceTransport transport;
    private final Backoff backoff;
    private @Nullable Identity current;
    private @Nullable FlotillaError lastError;
    private boolean requested;
    private int ring;
    private long notBeforeNanos = Long.MIN_VALUE;
    private long pauseNanos = NOT_DUE;

    ProducerIds(ProduceTransport transport, Backoff backoff) {
        this.transport = transport;
        this.backoff = backoff;
    }

    /** The identity for partitions that have none; null while there is none yet. */
    @Nullable
    Identity current() {
        return current;
    }

    /** Why there is no identity yet, null when nothing failed. */
    @Nullable
    FlotillaError lastError() {
        return lastError;
    }

    /** Never hands this identity out again. */
    void retire(Identity used) {
        if (used.equals(current)) {
            current = null;
        }
    }

    /** Asks for an identity where one is missing; answers nanoseconds until the next attempt is due. */
    long request(long nowNanos, List<Endpoint> brokers) {
        if (pauseNanos != NOT_DUE) {
            notBeforeNanos = nowNanos + pauseNanos;
            pauseNanos = NOT_DUE;
        }
        if (current != null || requested || brokers.isEmpty()) {
            return Long.MAX_VALUE;
        }
        if (nowNanos < notBeforeNanos) {
            return notBeforeNanos - nowNanos;
        }
        requested = true;
        transport.initProducer(brokers.get(Math.floorMod(ring++, brokers.size())), REQUEST_TIMEOUT_MS, this);
        return Long.MAX_VALUE;
    }

    @Override
    public void allocated(Identity identity) {
        requested = false;
        lastError = null;
        current = identity;
        backoff.reset();
    }

    @Override
    public void failed(FlotillaError error) {
        requested = false;
        lastError = error;
        pauseNanos = backoff.nextNanos();
    }
}
