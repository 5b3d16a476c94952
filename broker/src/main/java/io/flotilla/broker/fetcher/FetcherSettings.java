package io.flotilla.broker.fetcher;

import io.flotilla.broker.metadata.Backoff;
import io.flotilla.model.error.Invariant;

/**
 * How a follower treats its streams.
 *
 * @param creditBytes bytes of batches from one leader that this broker holds at most, but for one answer
 * @param heartbeatNanos how often the leader hears of this follower, whatever else is said
 * @param silenceNanosMax an open stream on which nothing came for this long is given up
 * @param openNanosMax an attempt that the leader has not accepted for this long is given up; longer, because a process
 *     that has just started is slow, and giving up would start it all over
 * @param backoff waits between attempts to open a stream
 */
public record FetcherSettings(
        long creditBytes, long heartbeatNanos, long silenceNanosMax, long openNanosMax, Backoff backoff) {
    private static final long MS = 1_000_000L;

    public FetcherSettings {
        Invariant.check(creditBytes > 0, "credit of %d bytes lets nothing through", creditBytes);
        Invariant.check(
                heartbeatNanos > 0 && silenceNanosMax > heartbeatNanos,
                "silence of %d ns must outlast a heartbeat every %d ns",
                silenceNanosMax,
                heartbeatNanos);
        Invariant.check(
                openNanosMax >= silenceNanosMax,
                "opening may take %d ns, less than a silence of %d ns",
                openNanosMax,
                silenceNanosMax);
    }

    /** 16 MiB of credit, a heartbeat every 500 ms, 2 s of silence, 10 s to open, 20 to 500 ms between attempts. */
    public static FetcherSettings defaults() {
        return new FetcherSettings(16L << 20, 500 * MS, 2_000 * MS, 10_000 * MS, new Backoff(20 * MS, 500 * MS, 0));
    }
}
