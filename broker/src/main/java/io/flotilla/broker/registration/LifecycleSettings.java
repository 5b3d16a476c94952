package io.flotilla.broker.registration;

import io.flotilla.broker.metadata.Backoff;

/**
 * How a broker keeps in touch with the controller.
 *
 * @param heartbeatNanos distance of heartbeats while nothing changes (broker.heartbeat.interval.ms)
 * @param silenceNanosMax a heartbeat stream without an answer for this long is given up
 * @param duplicateNanosMax how long to wait for another run of this broker to disappear before giving up
 * @param drainNanosMax how long a controlled shutdown waits for leaders to drain before it asks the controller anyway
 * @param shutdownNanosMax how long a controlled shutdown may take altogether
 * @param backoff between attempts to reach the controller
 */
public record LifecycleSettings(
        long heartbeatNanos,
        long silenceNanosMax,
        long duplicateNanosMax,
        long drainNanosMax,
        long shutdownNanosMax,
        Backoff backoff) {
    private static final long MS = 1_000_000L;

    public LifecycleSettings {
        if (heartbeatNanos <= 0 || silenceNanosMax < 2 * heartbeatNanos) {
            throw new IllegalArgumentException("a heartbeat every " + heartbeatNanos
                    + " ns must be positive and at most half of the silence allowed, " + silenceNanosMax + " ns");
        }
        if (duplicateNanosMax < 0 || drainNanosMax < 0 || shutdownNanosMax < drainNanosMax) {
            throw new IllegalArgumentException("negative waits, or a drain of " + drainNanosMax
                    + " ns that is longer than the shutdown, " + shutdownNanosMax + " ns");
        }
    }

    /**
     * How long a controlled shutdown goes on asking a controller that answers nothing: longer than an election, much
     * shorter than the shutdown may take. Where a whole cluster stops, the last brokers find nobody left to ask.
     */
    long leaderlessNanosMax() {
        return Math.min(4 * silenceNanosMax, shutdownNanosMax);
    }

    /** Silence of a third of the session or three heartbeats, whichever is longer; 30 s for a shutdown. */
    public static LifecycleSettings of(long heartbeatMs, long sessionMs) {
        return new LifecycleSettings(
                heartbeatMs * MS,
                Math.max(sessionMs / 3, heartbeatMs * 3) * MS,
                10 * sessionMs * MS,
                1_500 * MS,
                30_000 * MS,
                Backoff.fast());
    }
}
