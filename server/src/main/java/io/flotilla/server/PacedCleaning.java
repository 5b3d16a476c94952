package io.flotilla.server;

import io.flotilla.broker.log.CleaningPace;
import io.flotilla.model.time.Clock;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The cleaners of a node share one rate, and wait here for their turn, until the node ends. Any thread. */
final class PacedCleaning implements CleaningPace {
    private static final double SECOND_NANOS = 1e9;
    /** What was not used for longer is lost, so that no cleaner bursts after a rest. */
    private static final long CREDIT_NANOS_MAX = 100_000_000L;

    private final double bytesPerSecond;
    private final Clock clock;
    private final CountDownLatch end = new CountDownLatch(1);

    /** Guarded by this: until then all is paid that was asked for. */
    private double paidUntilNanos;

    PacedCleaning(double bytesPerSecond, Clock clock) {
        this.bytesPerSecond = bytesPerSecond;
        this.clock = clock;
        this.paidUntilNanos = clock.nanos();
    }

    @Override
    public boolean pay(int bytes) {
        long waitNanos = owe(bytes);
        try {
            return waitNanos <= 0 ? end.getCount() > 0 : !end.await(waitNanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private synchronized long owe(int bytes) {
        double nowNanos = clock.nanos();
        paidUntilNanos = Math.max(paidUntilNanos, nowNanos - CREDIT_NANOS_MAX) + bytes / bytesPerSecond * SECOND_NANOS;
        return (long) (paidUntilNanos - nowNanos);
    }

    /** Lets nobody wait, nor go on, any more. */
    void end() {
        end.countDown();
    }
}
