package io.flotilla.broker.rpc;

import io.flotilla.broker.metadata.AppliedMetadata;
import io.flotilla.broker.metadata.ControlLoop;
import io.flotilla.model.call.CallContext;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.time.Clock;
import java.util.concurrent.CompletableFuture;

/**
 * Lets a caller wait until this broker has applied a revision, as long as the call's deadline allows: so whoever
 * changed the metadata, and was told the revision, reads it here. Any thread.
 */
public final class RevisionWait {
    /** For callers that name no deadline. */
    private static final long PATIENCE_NANOS = 30_000_000_000L;
    /** For what is done already: then a late answer is worth more than none, but not much more than an early one. */
    private static final long COURTESY_NANOS = 2_000_000_000L;

    /** So much of the time left, and at most so long, is kept for the answer to travel: an error beats silence. */
    private static final int MARGIN_DIVISOR = 10;

    private static final long MARGIN_NANOS_MAX = 100_000_000L;

    private final AppliedMetadata metadata;
    private final ControlLoop loop;
    private final Clock clock;

    /** @param loop the metadata follower's loop */
    public RevisionWait(AppliedMetadata metadata, ControlLoop loop, Clock clock) {
        this.metadata = metadata;
        this.loop = loop;
        this.clock = clock;
    }

    /**
     * An image of at least this revision. Cancel it to stop waiting.
     *
     * @return fails with REQUEST_TIMED_OUT, not applied, when the caller's time is over, 30 s without a deadline
     */
    CompletableFuture<MetadataImage> reached(long revision, CallContext caller) {
        CompletableFuture<MetadataImage> applied = metadata.reached(revision);
        endAfter(
                patienceNanos(caller),
                applied,
                () -> applied.completeExceptionally(tooLate(revision).exception()));
        return applied;
    }

    /**
     * Waits for this revision too, but for 2 s at most, and gives what there is then: for a caller whose change is
     * certain, which a broker that is late must not put in doubt.
     */
    CompletableFuture<MetadataImage> reachedOrLate(long revision, CallContext caller) {
        CompletableFuture<MetadataImage> applied = metadata.reached(revision);
        endAfter(Math.min(COURTESY_NANOS, patienceNanos(caller)), applied, () -> applied.complete(metadata.image()));
        return applied;
    }

    private void endAfter(long nanos, CompletableFuture<MetadataImage> applied, Runnable end) {
        if (!applied.isDone()) {
            ControlLoop.Timer timer = loop.after(nanos, end);
            var unused = applied.whenComplete((image, failure) -> timer.cancel());
        }
    }

    private long patienceNanos(CallContext caller) {
        if (caller.deadlineNanos() == Long.MAX_VALUE) {
            return PATIENCE_NANOS;
        }
        long leftNanos = Math.max(0, caller.deadlineNanos() - clock.nanos());
        return leftNanos - Math.min(leftNanos / MARGIN_DIVISOR, MARGIN_NANOS_MAX);
    }

    private FlotillaError tooLate(long revision) {
        return FlotillaError.notApplied(
                ErrorCode.REQUEST_TIMED_OUT,
                "this broker has applied revision " + metadata.image().revision() + ", not yet " + revision);
    }
}
