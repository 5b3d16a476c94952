package io.flotilla.broker.partition;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Numbers the sessions of all followers of one run of a broker, so that none is used twice, whichever log it is about:
 * a leader takes a session that is not greater than the last for a late one. Any thread.
 */
public final class ReplicaSessions implements LongSupplier {
    private final AtomicLong last = new AtomicLong();

    /** The next session; the first is 1. */
    @Override
    public long getAsLong() {
        return last.incrementAndGet();
    }
}
