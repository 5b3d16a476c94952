package io.flotilla.client.internal.routing;

import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/** Growing pauses between attempts, shortened at random by up to a fifth so that clients do not march in step. */
public final class Backoff {
    private static final double JITTER = 0.2;
    private static final int DOUBLINGS_MAX = 30;

    private final Limits limits;
    private final RandomGenerator random;
    private int failures;

    /** First and longest pause in milliseconds. */
    public record Limits(long firstMs, long longestMs) {
        public Limits {
            if (firstMs < 0 || longestMs < firstMs) {
                throw new IllegalArgumentException("backoff of " + firstMs + " ms up to " + longestMs + " ms");
            }
        }
    }

    public Backoff(Limits limits, RandomGenerator random) {
        this.limits = limits;
        this.random = random;
    }

    /** Forgets all failures. */
    public void reset() {
        failures = 0;
    }

    public int failures() {
        return failures;
    }

    /** Counts a failure and answers how long to pause after it, nanoseconds. */
    public long nextNanos() {
        long doubled = limits.firstMs() << Math.min(failures, DOUBLINGS_MAX);
        failures++;
        long ms = doubled < limits.firstMs() ? limits.longestMs() : Math.min(doubled, limits.longestMs());
        return (long) (TimeUnit.MILLISECONDS.toNanos(ms) * (1 - JITTER * random.nextDouble()));
    }
}
