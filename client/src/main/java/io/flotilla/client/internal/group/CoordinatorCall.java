package io.flotilla.client.internal.group;

import io.flotilla.client.internal.routing.Backoff;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.Endpoint;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A question to the coordinator, asked until it is answered or time is up. Owned by the client's loop. */
abstract class CoordinatorCall {
    static final long NEVER = Long.MAX_VALUE;

    private static final long ATTEMPT_TIMEOUT_MS = 5_000;

    private final CoordinatorSearch search;
    private final Backoff backoff;
    private final long timeoutNanos;
    private boolean started;
    private long startedNanos;
    private boolean asked;
    private @Nullable Endpoint coordinator;
    private long pauseNanos;
    private long notBeforeNanos = Long.MIN_VALUE;
    private @Nullable FlotillaError last;

    CoordinatorCall(CoordinatorSearch search, Backoff backoff, long timeoutMs) {
        this.search = search;
        this.backoff = backoff;
        this.timeoutNanos = TimeUnit.MILLISECONDS.toNanos(timeoutMs);
    }

    /** Makes one attempt, which ends with {@link #again} unless it was the last. */
    abstract void ask(Endpoint endpoint, long timeoutMs);

    /** Gives up. */
    abstract void end(FlotillaError error);

    /** The attempt failed in a way that may pass. */
    final void again(FlotillaError error) {
        asked = false;
        last = error;
        pauseNanos = Math.max(1, Math.max(backoff.nextNanos(), TimeUnit.MILLISECONDS.toNanos(error.retryAfterMs())));
        Endpoint failed = coordinator;
        boolean elsewhere = switch (error.code()) {
            case NOT_COORDINATOR, COORDINATOR_NOT_AVAILABLE, REQUEST_TIMED_OUT -> true;
            default -> false;
        };
        if (elsewhere && failed != null) {
            search.doubt(failed, error);
        }
    }

    /** Asks when that is due; answers nanoseconds until something will be. */
    final long advance(long now) {
        if (!started) {
            started = true;
            startedNanos = now;
        }
        long left = startedNanos + timeoutNanos - now;
        if (asked && left > 0) {
            return left;
        }
        if (left <= 0) {
            FlotillaError cause = last == null ? search.last() : last;
            end(FlotillaError.unknown(
                    ErrorCode.REQUEST_TIMED_OUT, "the coordinator gave no answer in time; last: " + cause));
            return NEVER;
        }
        if (pauseNanos > 0) {
            notBeforeNanos = now + pauseNanos;
            pauseNanos = 0;
        }
        if (now < notBeforeNanos) {
            return Math.min(left, notBeforeNanos - now);
        }
        FlotillaError refusal = search.refusal();
        Endpoint known = search.want();
        if (known == null) {
            if (refusal != null) {
                end(refusal);
                return NEVER;
            }
            return left;
        }
        coordinator = known;
        asked = true;
        ask(known, Math.max(1, Math.min(ATTEMPT_TIMEOUT_MS, TimeUnit.NANOSECONDS.toMillis(left))));
        return left;
    }
}
