package io.flotilla.broker.registration;

import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.wire.StatusErrors;
import java.util.concurrent.CompletionException;

/** The error behind a future that failed. */
public final class CallFailure {
    private CallFailure() {}

    /** The error, however many completion stages wrapped it. */
    public static FlotillaError error(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return StatusErrors.ofFailure(cause);
    }
}
