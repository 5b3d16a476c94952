package io.flotilla.broker.rpc;

import java.util.concurrent.CompletableFuture;

/** Where fresh producer ids come from. Safe for any thread. */
@FunctionalInterface
public interface ProducerIdSource {
    /** An id that nobody had before; fails with a FlotillaException. Cancelling the future stops the wait. */
    CompletableFuture<Long> next();
}
