package io.flotilla.broker.rpc;

import io.flotilla.broker.partition.Reply;
import io.flotilla.model.error.FlotillaError;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** A reply as a future, which fails with a {@link io.flotilla.model.error.FlotillaException} when it is refused. */
final class FutureReply<T> implements Reply<T> {
    private final CompletableFuture<T> future = new CompletableFuture<>();

    /** What a stage that depends on others failed with. */
    static Throwable cause(Throwable failure) {
        Throwable cause = failure.getCause();
        return failure instanceof CompletionException && cause != null ? cause : failure;
    }

    CompletableFuture<T> future() {
        return future;
    }

    @Override
    public void answer(T answer) {
        future.complete(answer);
    }

    @Override
    public void refuse(FlotillaError error) {
        future.completeExceptionally(error.exception());
    }
}
