package io.flotilla.sim.quorum;

import io.flotilla.quorum.raft.SubmitOutcome;
import io.flotilla.sim.world.OsProcess;
import java.util.concurrent.CompletableFuture;

/** A command that waits for its outcome, at the voter that took it. */
final class Submission {
    /** It has no place in the log, yet or ever. */
    static final long NOWHERE = -1;

    private final OsProcess process;
    private final CompletableFuture<SubmitOutcome> outcome = new CompletableFuture<>();
    /** Number of the entry that carries it. */
    private long index = NOWHERE;

    Submission(OsProcess process) {
        this.process = process;
    }

    CompletableFuture<SubmitOutcome> outcome() {
        return outcome;
    }

    long index() {
        return index;
    }

    void placedAt(long entry) {
        if (index == NOWHERE) {
            index = entry;
        }
    }

    boolean isDone() {
        return outcome.isDone();
    }

    /** Ends it soon, on a thread of the pool; the first end counts. */
    void end(SubmitOutcome how) {
        endAfter(process.delays().threadNanos(), how);
    }

    void endAfter(long nanos, SubmitOutcome how) {
        process.at(nanos, () -> outcome.complete(how));
    }
}
