package io.flotilla.client;

import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.error.FlotillaException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** How the application's thread waits for the loop: until something comes, time is up, or somebody calls wakeup. */
final class Waits {
    /** As good as for ever, and far from the end of the clock. */
    private static final long NANOS_MAX = TimeUnit.DAYS.toNanos(365);

    private final ConsumerCore core;

    Waits(ConsumerCore core) {
        this.core = core;
    }

    /** The moment at which a time that begins now is over. */
    long deadline(Duration timeout) {
        boolean endless = timeout.compareTo(Duration.ofNanos(NANOS_MAX)) > 0;
        return core.clock().nanos() + (endless ? NANOS_MAX : timeout.toNanos());
    }

    /** Nanoseconds until then; 0 or less when it is over. */
    long left(long deadline) {
        return deadline - core.clock().nanos();
    }

    /**
     * Waits for records, or for a change beside them.
     *
     * @throws WakeupException after wakeup, or when the thread was interrupted, which stays so
     */
    void forEvents(long nanos) {
        core.refuseAfterCrash();
        try {
            if (core.buffer().await(nanos) && !core.isCrashed()) {
                throw new WakeupException();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new WakeupException();
        }
    }

    /**
     * Waits for an answer that the loop gives before a nudge.
     *
     * @throws WakeupException as {@link #forEvents}
     * @throws FlotillaException REQUEST_TIMED_OUT when time is up, or what the answer failed with
     * @throws CommitFailedException where that is what the answer failed with
     */
    <T> T forAnswer(CompletableFuture<T> answer, long deadline, String what) {
        boolean done = await(answer::isDone, deadline, false);
        if (!done) {
            throw FlotillaError.unknown(ErrorCode.REQUEST_TIMED_OUT, what + " took too long")
                    .exception();
        }
        try {
            return answer.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof FlotillaException known) {
                throw new FlotillaException(known.error(), known);
            }
            if (e.getCause() instanceof CommitFailedException known) {
                throw new CommitFailedException(known.error());
            }
            throw e;
        }
    }

    /** Waits without heeding wakeup or the crash of the loop; answers whether the condition holds. */
    boolean forEnd(BooleanSupplier condition, long deadline) {
        return await(condition, deadline, true);
    }

    private boolean await(BooleanSupplier condition, long deadline, boolean stubborn) {
        try {
            while (!condition.getAsBoolean() && left(deadline) > 0) {
                if (stubborn && core.isCrashed()) {
                    return false;
                }
                core.refuseAfterCrash();
                boolean woken = core.buffer().await(condition, left(deadline));
                if (woken && !stubborn && !core.isCrashed()) {
                    throw new WakeupException();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            if (!stubborn) {
                throw new WakeupException();
            }
        }
        return condition.getAsBoolean();
    }
}
