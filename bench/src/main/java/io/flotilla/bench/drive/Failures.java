package io.flotilla.bench.drive;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Keeps the first failure of a run. A run with one is no measurement. Any thread. */
final class Failures {
    private final AtomicReference<@Nullable Throwable> first = new AtomicReference<>();

    void ended(@Nullable Throwable failure) {
        if (failure != null) {
            first.compareAndSet(null, failure);
        }
    }

    /** @throws IllegalStateException when a record was not acknowledged */
    void throwFirst() {
        Throwable failure = first.get();
        if (failure != null) {
            throw new IllegalStateException("a record was not acknowledged", failure);
        }
    }
}
