package io.flotilla.client.internal.group;

/** Since when the application has not polled. Written by the application's thread, read by the loop. */
public final class PollDeadline {
    private static final long POLLING = Long.MAX_VALUE;

    private final long nanosMax;
    private volatile long leftNanos = POLLING;

    /** @param nanosMax longest time between polls */
    public PollDeadline(long nanosMax) {
        this.nanosMax = nanosMax;
    }

    /** A poll has begun; while it lasts nothing is overdue. */
    public void entered() {
        leftNanos = POLLING;
    }

    /** A poll has ended, or a subscription has begun. */
    public void left(long nowNanos) {
        leftNanos = nowNanos;
    }

    /** Nanoseconds until a poll is overdue, at least so long while one is on; 0 or less when it is. */
    long remainingNanos(long nowNanos) {
        long since = leftNanos;
        return since == POLLING ? nanosMax : since + nanosMax - nowNanos;
    }
}
