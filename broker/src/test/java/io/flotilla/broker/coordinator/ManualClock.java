package io.flotilla.broker.coordinator;

import io.flotilla.model.time.Clock;

/** Time that passes only when the test says so. */
final class ManualClock implements Clock {
    private static final long MS = 1_000_000L;
    private long nanos = 5_000 * MS;

    @Override
    public long nanos() {
        return nanos;
    }

    @Override
    public long wallMs() {
        return 1_700_000_000_000L + nanos / MS;
    }

    void passMs(long ms) {
        nanos += ms * MS;
    }
}
