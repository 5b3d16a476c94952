package io.flotilla.quorum.raft;

import io.flotilla.quorum.raft.SubmitOutcome.Reason;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;

/**
 * One command on its way into the log. Whether it reached the log is decided exactly once, by a race between Raft's
 * append and everything that gives up before; that makes "certainly not applied" a fact and not a guess.
 */
final class Submission {

    private enum Stage {
        /** Not in the log, and may get there. */
        WAITING,
        /** In the leader's log: only the log's own progress tells what becomes of it. */
        APPENDED,
        /** Will never be in the log. */
        ABANDONED
    }

    private final long callId;
    private final Executor delivery;
    private final LongConsumer onSettled;
    private final CompletableFuture<SubmitOutcome> outcome = new CompletableFuture<>();
    private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.WAITING);
    private final AtomicBoolean settled = new AtomicBoolean();
    private volatile Future<?> expiry = CompletableFuture.completedFuture(null);

    /** Term of the entry; meaningful once the stage is APPENDED, written before it. */
    private volatile long appendedTerm;

    Submission(long callId, Executor delivery, LongConsumer onSettled) {
        this.callId = callId;
        this.delivery = delivery;
        this.onSettled = onSettled;
    }

    long callId() {
        return callId;
    }

    CompletableFuture<SubmitOutcome> outcome() {
        return outcome;
    }

    /** The timer that gives up on this submission; cancelled once there is an outcome. */
    void expiresBy(Future<?> timer) {
        expiry = timer;
        if (settled.get()) {
            timer.cancel(false);
        }
    }

    /** Raft is about to append the command in {@code term}; false when somebody has given up on it before. */
    boolean beginAppend(long term) {
        appendedTerm = term;
        return stage.compareAndSet(Stage.WAITING, Stage.APPENDED);
    }

    boolean isAbandoned() {
        return stage.get() == Stage.ABANDONED;
    }

    /** Whether the command went into the log in a term below {@code term}. */
    boolean appendedBefore(long term) {
        return stage.get() == Stage.APPENDED && appendedTerm < term;
    }

    /** Refuses the command if it has not reached the log; says whether it had not. */
    boolean refuse(Reason reason, OptionalInt leader, String detail) {
        if (!stage.compareAndSet(Stage.WAITING, Stage.ABANDONED)) {
            return false;
        }
        settle(new SubmitOutcome.Refused(reason, leader, detail));
        return true;
    }

    /** Gives up: refused if it has not reached the log, unknown otherwise. */
    void giveUp(Reason reason, String detail) {
        if (!refuse(reason, OptionalInt.empty(), detail)) {
            settle(new SubmitOutcome.Unknown(detail));
        }
    }

    /** The first outcome wins. Delivered in the pool: callers must never run on the apply thread. */
    void settle(SubmitOutcome result) {
        if (!settled.compareAndSet(false, true)) {
            return;
        }
        onSettled.accept(callId);
        expiry.cancel(false);
        try {
            delivery.execute(() -> outcome.complete(result));
        } catch (RejectedExecutionException poolIsClosed) {
            outcome.complete(result);
        }
    }
}
