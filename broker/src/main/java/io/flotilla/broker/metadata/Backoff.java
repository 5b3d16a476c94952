package io.flotilla.broker.metadata;

/**
 * How long to wait before the next attempt: short at first, twice as long after each failure. A value; belongs to
 * whoever attempts.
 *
 * @param firstNanos wait after the first failure
 * @param maxNanos longest wait
 * @param failures in a row so far
 */
public record Backoff(long firstNanos, long maxNanos, int failures) {
    private static final long MS = 1_000_000L;
    private static final int DOUBLINGS_MAX = 20;

    public Backoff {
        if (firstNanos <= 0 || maxNanos < firstNanos || failures < 0) {
            throw new IllegalArgumentException(
                    "a backoff of " + firstNanos + ".." + maxNanos + " ns after " + failures + " failures");
        }
    }

    /** 20 ms, doubling up to 200 ms. */
    public static Backoff fast() {
        return new Backoff(20 * MS, 200 * MS, 0);
    }

    public long waitNanos() {
        return Math.min(maxNanos, firstNanos << Math.min(failures, DOUBLINGS_MAX));
    }

    public Backoff afterFailure() {
        return new Backoff(firstNanos, maxNanos, Math.min(failures + 1, DOUBLINGS_MAX));
    }

    public Backoff afterSuccess() {
        return new Backoff(firstNanos, maxNanos, 0);
    }
}
