package io.flotilla.broker.partition;

import io.flotilla.model.error.FlotillaError;

/**
 * Hears of one append. Called on the loop, or on the asker's thread when the queue is full; must not block. With
 * {@link Acks#NONE} only {@link #consumed} is called.
 */
public interface AppendCallback {
    /** The request's bytes are no longer needed. Called once, before any answer. */
    default void consumed() {}

    /** Acknowledged as asked. */
    void appended(AppendResult result);

    /** Not acknowledged; the error's outcome says whether it may still have been appended. */
    void refused(FlotillaError error);
}
