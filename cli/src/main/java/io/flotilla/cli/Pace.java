package io.flotilla.cli;

import io.flotilla.model.time.Clock;
import java.util.concurrent.TimeUnit;

/** Keeps a sender to so many records a second. One thread. */
final class Pace {
    private final Clock clock;
    private final double perSecond;
    private final long beganNanos;

    /** @param perSecond 0 or less means no limit */
    Pace(Clock clock, double perSecond) {
        this.clock = clock;
        this.perSecond = perSecond;
        this.beganNanos = clock.nanos();
    }

    /** Waits until so many records may have been sent since the beginning. */
    void await(long sent) {
        if (perSecond > 0) {
            long due = (long) (sent / perSecond * TimeUnit.SECONDS.toNanos(1));
            long early = due - (clock.nanos() - beganNanos);
            if (early > 0) {
                try {
                    TimeUnit.NANOSECONDS.sleep(early);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }
}
