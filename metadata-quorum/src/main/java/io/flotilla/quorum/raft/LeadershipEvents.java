package io.flotilla.quorum.raft;

import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/** Turns Raft's notifications, which may race and repeat, into an alternating sequence of ready and lost. */
final class LeadershipEvents {

    /** Instead of a term: this node does not lead. */
    static final long NONE = -1;

    private final LeadershipListener listener;
    private final Executor inOrder;

    /** The term that the listener believes to lead in, or NONE. */
    private long termReady = NONE;

    /** The highest term that was ever announced; nobody leads twice in the same. */
    private long termAnnounced = NONE;

    LeadershipEvents(LeadershipListener listener, Executor pool) {
        this.listener = listener;
        this.inOrder = new SerialExecutor(pool);
    }

    synchronized void ready(long term) {
        if (term <= termAnnounced) {
            return;
        }
        lost();
        termReady = term;
        termAnnounced = term;
        inOrder.execute(() -> listener.leaderReady(term));
    }

    synchronized void lost() {
        if (termReady != NONE) {
            termReady = NONE;
            inOrder.execute(listener::notLeader);
        }
    }

    /**
     * Corrects a belief that differs from the fact, which a race between two notifications can leave behind. The fact
     * is read under the lock: read before it, it could be older than a notification that came meanwhile.
     *
     * @param termLed the term in which this node leads and is ready now, or NONE
     */
    synchronized void reconcile(LongSupplier termLed) {
        long term = termLed.getAsLong();
        if (term == NONE) {
            lost();
        } else {
            ready(term);
        }
    }
}
