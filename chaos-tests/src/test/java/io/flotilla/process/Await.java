package io.flotilla.process;

import io.flotilla.model.error.FlotillaException;
import io.flotilla.model.time.Clock;
import io.flotilla.model.time.SystemClock;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for conditions, with a deadline. */
final class Await {
    private static final Clock CLOCK = new SystemClock();
    private static final long POLL_NANOS = 20_000_000;

    private Await() {}

    /** Fails with the name of the condition when it does not come true in time. */
    static void until(String condition, Duration within, BooleanSupplier holds) {
        nothingLacks(within, () -> holds.getAsBoolean() ? "" : condition);
    }

    /** Fails with what is still lacking at the deadline; an empty text means nothing, a refusal means that. */
    static void nothingLacks(Duration within, Supplier<String> lacking) {
        long beganNanos = CLOCK.nanos();
        String last = lackingNow(lacking);
        while (!last.isEmpty()) {
            if (CLOCK.nanos() - beganNanos > within.toNanos()) {
                throw new AssertionError("not within " + within + ": " + last);
            }
            LockSupport.parkNanos(POLL_NANOS);
            last = lackingNow(lacking);
        }
    }

    private static String lackingNow(Supplier<String> lacking) {
        try {
            return lacking.get();
        } catch (FlotillaException e) {
            return e.error().toString();
        }
    }
}
