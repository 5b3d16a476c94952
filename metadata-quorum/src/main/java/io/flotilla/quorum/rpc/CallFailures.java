package io.flotilla.quorum.rpc;

import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.wire.StatusErrors;
import java.util.concurrent.CompletionException;

/** What went wrong with a future. */
final class CallFailures {
    private CallFailures() {}

    static Throwable cause(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    static FlotillaError error(Throwable failure) {
        return StatusErrors.ofFailure(cause(failure));
    }
}
