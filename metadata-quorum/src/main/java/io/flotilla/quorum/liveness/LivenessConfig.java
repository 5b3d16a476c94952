package io.flotilla.quorum.liveness;

/**
 * How patient the controller is; all in nanoseconds.
 *
 * @param sessionNanos a broker silent for so long is fenced
 * @param graceNanos a new controller probes the brokers whose streams are not open after so long
 * @param secondProbeNanos distance between the two probes that prove a death
 * @param nextProbeNanos a broker whose probe proved nothing is probed again after so long, until its stream opens
 * @param repeatNanos a fencing that was proposed and not seen by then is proposed again
 */
public record LivenessConfig(
        long sessionNanos, long graceNanos, long secondProbeNanos, long nextProbeNanos, long repeatNanos) {
    private static final long MS = 1_000_000;

    public LivenessConfig {
        if (sessionNanos <= 0 || graceNanos <= 0 || secondProbeNanos <= 0 || nextProbeNanos <= 0 || repeatNanos <= 0) {
            throw new IllegalArgumentException("times must be above 0");
        }
    }

    /** Defaults as in replication.md, "Liveness", but for the grace (decision 17); the session in milliseconds. */
    public static LivenessConfig ofSessionMs(long sessionMs) {
        return new LivenessConfig(sessionMs * MS, 100 * MS, 50 * MS, 200 * MS, 500 * MS);
    }
}
