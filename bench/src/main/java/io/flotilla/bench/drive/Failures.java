package io.flotilla.bench.drive;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Counts the failures of a run and keeps the first. Any thread. */
final class Failures {
    private final AtomicReference<@Nullable Throwable> first = new AtomicReference<>();
    private final AtomicLong count = new AtomicLong();

    void ended(@Nullable Throwable failure) {
        if (failure != null) {
            count.incrementAndGet();
            first.compareAndSet(null, failure);
        }
    }

    long count() {
        return count.get();
    }

    /** @throws IllegalStateException when a record was not acknowledged */
    void throwFirst() {
        Throwable failure = first.get();
        if (failure != null) {
            throw new IllegalStateException("a record was not acknowledged", failure);
        }
    }
}
