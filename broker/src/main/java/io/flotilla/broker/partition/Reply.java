package io.flotilla.broker.partition;

import io.flotilla.model.error.FlotillaError;

/**
 * Hears the one answer to a question. Called on the loop, or on the asker's thread when the queue is full; must not
 * block.
 */
public interface Reply<T> {
    void answer(T answer);

    void refuse(FlotillaError error);
}
