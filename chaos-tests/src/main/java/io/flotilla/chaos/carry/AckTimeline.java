package io.flotilla.chaos.carry;

import java.util.Map;
import java.util.TreeMap;

/** When acknowledgements came. Safe for any thread. */
final class AckTimeline {
    private final Map<Integer, Long> lastByPartition = new TreeMap<>();
    private final int expected;
    private long firstNanos;
    private long firstWallMs;
    private long lastNanos;
    private long longestGapNanos;
    private int acknowledged;
    private int failed;
    private String firstFailure = "";

    AckTimeline(int expected) {
        this.expected = expected;
    }

    /** Takes an acknowledgement; a gap is measured between two of the same partition, so that no other hides it. */
    synchronized void acknowledged(int partition, long nowNanos, long wallMs) {
        Long last = lastByPartition.put(partition, nowNanos);
        if (last != null) {
            longestGapNanos = Math.max(longestGapNanos, nowNanos - last);
        }
        if (acknowledged == 0) {
            firstNanos = nowNanos;
            firstWallMs = wallMs;
        }
        lastNanos = nowNanos;
        acknowledged++;
    }

    synchronized void failed(Throwable failure) {
        if (failed++ == 0) {
            firstFailure = String.valueOf(failure.getMessage());
        }
    }

    synchronized int acknowledged() {
        return acknowledged;
    }

    synchronized int failed() {
        return failed;
    }

    synchronized String firstFailure() {
        return firstFailure;
    }

    /** The acknowledged share of all records, 0 to 1. */
    synchronized double share() {
        return (double) acknowledged / expected;
    }

    synchronized long longestGapMs() {
        return longestGapNanos / 1_000_000;
    }

    /** From the first acknowledgement to the last, seconds. */
    synchronized double seconds() {
        return (lastNanos - firstNanos) / 1e9;
    }

    /** When the first acknowledgement came, milliseconds since the Unix epoch. */
    synchronized long firstWallMs() {
        return firstWallMs;
    }
}
