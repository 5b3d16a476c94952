package io.flotilla.client;

import io.flotilla.model.error.FlotillaError;
import java.util.Optional;

/**
 * What became of one topic of a request.
 *
 * @param topic as it was created; empty for a deleted, a merely validated or a refused one
 * @param error empty when it worked
 */
public record TopicResult(String name, Optional<TopicDescription> topic, Optional<FlotillaError> error) {
    public boolean succeeded() {
        return error.isEmpty();
    }

    /** Throws the error as an exception, if there is one. */
    public TopicResult orThrow() {
        error.ifPresent(failure -> {
            throw failure.exception();
        });
        return this;
    }
}
