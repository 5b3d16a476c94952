package io.flotilla.broker.isr;

import io.flotilla.model.error.Invariant;

/**
 * How long a leader bears with its followers, its controller and its own disk.
 *
 * @param lagNanosMax a replica that was not caught up for this long leaves the ISR (replica.lag.time.max.ms)
 * @param sampleNanos distance of the moments at which "caught up" is checked
 * @param sessionNanos a leader that heard nobody for this long refuses writes (broker.session.timeout.ms)
 * @param retryNanos pause before a refused proposal, or one of unknown outcome, is followed by another
 * @param drainNanosMax how long a planned move waits for pending acknowledgements
 */
public record IsrSettings(long lagNanosMax, long sampleNanos, long sessionNanos, long retryNanos, long drainNanosMax) {
    private static final long MS = 1_000_000L;

    public IsrSettings {
        Invariant.check(sampleNanos > 0, "sampleNanos %d must be positive", sampleNanos);
        Invariant.check(lagNanosMax >= sampleNanos, "lagNanosMax %d is below one sample, %d", lagNanosMax, sampleNanos);
        Invariant.check(
                sessionNanos > 0 && retryNanos > 0 && drainNanosMax >= 0,
                "session %d and retry %d must be positive, drain %d not negative",
                sessionNanos,
                retryNanos,
                drainNanosMax);
    }

    /** Lag 3 s, samples every 250 ms, session 3 s, retry after 200 ms, drain at most 1 s. */
    public static IsrSettings defaults() {
        return new IsrSettings(3_000 * MS, 250 * MS, 3_000 * MS, 200 * MS, 1_000 * MS);
    }
}
