package io.flotilla.broker.rpc;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what other threads bring about. */
final class Await {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long LOOK_NANOS = 1_000_000L;

    private Await() {}

    /** Returns when the condition holds; fails when it does not within half a minute. */
    static void until(String what, BooleanSupplier condition) {
        long giveUpNanos = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - giveUpNanos > 0) {
                throw new AssertionError("not within " + PATIENCE + ": " + what);
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }
}
