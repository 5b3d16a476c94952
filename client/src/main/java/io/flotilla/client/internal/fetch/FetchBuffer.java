package io.flotilla.client.internal.fetch;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What the loop has for the application's thread, in order. Safe for any thread; bounded because the loop stops
 * fetching for what is not consumed.
 */
public final class FetchBuffer {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<FetchEvent> events = new ArrayDeque<>();
    private boolean wakeup;
    private boolean nudged;

    void put(FetchEvent event) {
        lock.lock();
        try {
            events.addLast(event);
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** The next event, null when there is none. */
    public @Nullable FetchEvent take() {
        lock.lock();
        try {
            return events.pollFirst();
        } finally {
            lock.unlock();
        }
    }

    /** Gives events back to the front, in their order. */
    public void putBack(List<FetchEvent> taken) {
        lock.lock();
        try {
            for (int i = taken.size() - 1; i >= 0; i--) {
                events.addFirst(taken.get(i));
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits for an event, a nudge or a wakeup, at most so long; answers whether there was a wakeup, and forgets it. */
    public boolean await(long nanos) throws InterruptedException {
        return await(() -> !events.isEmpty(), nanos);
    }

    /**
     * Waits until the condition holds, for a nudge or for a wakeup, at most so long; answers whether there was a
     * wakeup, and forgets it.
     *
     * @param condition becomes true before a nudge
     */
    public boolean await(BooleanSupplier condition, long nanos) throws InterruptedException {
        lock.lock();
        try {
            long left = nanos;
            while (!condition.getAsBoolean() && !nudged && !wakeup && left > 0) {
                left = changed.awaitNanos(left);
            }
            boolean woken = wakeup;
            wakeup = false;
            nudged = false;
            return woken;
        } finally {
            lock.unlock();
        }
    }

    /** Ends the wait that is on, or the next one: something changed beside the events. */
    public void nudge() {
        lock.lock();
        try {
            nudged = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Ends the wait that is on, or the next one. */
    public void wakeup() {
        lock.lock();
        try {
            wakeup = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
