package io.flotilla.client;

import io.flotilla.model.error.FlotillaException;
import org.jspecify.annotations.Nullable;

/** Hears how one record ended. Called on the producer's own thread: it must be quick and must not block. */
@FunctionalInterface
public interface Callback {
    /** Exactly one of the two is null. */
    void onCompletion(@Nullable RecordMetadata metadata, @Nullable FlotillaException failure);
}
