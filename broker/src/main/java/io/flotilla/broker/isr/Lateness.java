package io.flotilla.broker.isr;

/** The moment, the log end and the recent past against which a replica's lateness is measured (R17). */
record Lateness(long nowNanos, long logEnd, EndSamples samples, long lagNanosMax) {
    /** The last moment at which a replica that reports the offset held all that the log held then. */
    long caughtUpAtNanos(long reportedOffset, long knownNanos) {
        if (reportedOffset >= logEnd) {
            return nowNanos;
        }
        if (reportedOffset == FollowerProgress.NOTHING) {
            return knownNanos;
        }
        long sampledNanos = samples.caughtUpAtNanos(reportedOffset, knownNanos);
        return sampledNanos - knownNanos > 0 ? sampledNanos : knownNanos;
    }

    boolean tooLate(long caughtUpAtNanos) {
        return nowNanos - caughtUpAtNanos >= lagNanosMax;
    }
}
