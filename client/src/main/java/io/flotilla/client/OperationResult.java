package io.flotilla.client;

import io.flotilla.model.error.FlotillaError;
import java.util.Optional;

/**
 * What became of one part of a request.
 *
 * @param subject what it was about: a topic, a partition, a resource
 * @param error empty when it worked
 */
public record OperationResult<T>(T subject, Optional<FlotillaError> error) {
    public boolean succeeded() {
        return error.isEmpty();
    }

    /** Throws the error as an exception, if there is one. */
    public OperationResult<T> orThrow() {
        error.ifPresent(failure -> {
            throw failure.exception();
        });
        return this;
    }
}
