package io.flotilla.broker.isr;

/** Where the log ended at some moments of the recent past, for telling how late a replica is (R17). */
final class EndSamples {
    private final long[] atNanos;
    private final long[] logEnds;
    private final long distanceNanos;
    /** Number of samples held, at most the capacity. */
    private int size;
    /** Index of the oldest sample. */
    private int oldest;

    EndSamples(long spanNanos, long distanceNanos) {
        int capacity = (int) (spanNanos / distanceNanos) + 2;
        this.atNanos = new long[capacity];
        this.logEnds = new long[capacity];
        this.distanceNanos = distanceNanos;
    }

    /** Remembers the log end of now, unless the last sample is nearer than the distance. */
    void take(long nowNanos, long logEnd) {
        if (size > 0 && nowNanos - atNanos[index(size - 1)] < distanceNanos) {
            return;
        }
        if (size == atNanos.length) {
            oldest = (oldest + 1) % atNanos.length;
            size--;
        }
        size++;
        atNanos[index(size - 1)] = nowNanos;
        logEnds[index(size - 1)] = logEnd;
    }

    /** The latest sampled moment at which the log ended at or below the offset, or {@code otherwise} without one. */
    long caughtUpAtNanos(long offset, long otherwise) {
        for (int i = size - 1; i >= 0; i--) {
            if (logEnds[index(i)] <= offset) {
                return atNanos[index(i)];
            }
        }
        return otherwise;
    }

    private int index(int age) {
        return (oldest + age) % atNanos.length;
    }
}
