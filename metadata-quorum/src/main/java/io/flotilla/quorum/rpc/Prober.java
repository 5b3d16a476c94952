package io.flotilla.quorum.rpc;

import io.flotilla.model.image.BrokerRegistration;
import io.flotilla.quorum.liveness.ProbeAnswer;
import java.util.concurrent.CompletableFuture;

/** Finds out whether a run of a broker is gone. Safe for any thread. */
@FunctionalInterface
public interface Prober {
    /** Asks the broker's internal listener; the future never fails and ends within a fraction of a second. */
    CompletableFuture<ProbeAnswer> probe(BrokerRegistration broker);

    /** Gets ready, so that the first probe that matters is as fast as any; returns at once. */
    default void prepare() {}
}
