package io.flotilla.bench.drive;

import io.flotilla.model.time.Clock;
import org.jspecify.annotations.Nullable;

/** The times between acknowledgements. Told by the client's thread, asked by another. */
final class AckGaps {
    private final Clock clock;
    private final Failures failures = new Failures();
    private long acks;
    private long lastNanos;
    private long longestNanos;

    AckGaps(Clock clock) {
        this.clock = clock;
        this.lastNanos = clock.nanos();
    }

    synchronized void ended(@Nullable Throwable failure) {
        failures.ended(failure);
        if (failure == null) {
            acks++;
            long now = clock.nanos();
            longestNanos = Math.max(longestNanos, now - lastNanos);
            lastNanos = now;
        }
    }

    /** How long the present gap has been open. */
    synchronized long openNanos() {
        return clock.nanos() - lastNanos;
    }

    /** Records that were not acknowledged. */
    long failed() {
        return failures.count();
    }

    synchronized long acks() {
        return acks;
    }

    /** Forgets the gaps so far; the one that is open counts on. */
    synchronized void watch() {
        longestNanos = 0;
    }

    /** The longest gap since {@link #watch}, a gap that is still open included. */
    synchronized long longestNanos() {
        return Math.max(longestNanos, clock.nanos() - lastNanos);
    }

    /** @throws IllegalStateException when a record was not acknowledged */
    void throwFirst() {
        failures.throwFirst();
    }
}
