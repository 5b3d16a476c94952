package io.flotilla.quorum.raft;

import io.flotilla.quorum.raft.SubmitOutcome.Reason;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.protocol.ClientId;
import org.jspecify.annotations.Nullable;

/**
 * The commands of this process that have no outcome yet.
 *
 * <p>Raft answers NotLeader also for a command that is already in its log and may still be committed by the next
 * leader. So that answer settles nothing here: this node's own log does. Either the entry is applied, and the reply is
 * at hand; or an entry of a later term is applied first, and then the command is certainly lost, because terms never
 * decrease along the log. No repetition is needed, and the retry cache (which forgets) is not relied on.
 */
final class Submissions {

    private final ClientId clientId = ClientId.randomId();
    private final AtomicLong callIds = new AtomicLong();
    private final Map<Long, Submission> pending = new ConcurrentHashMap<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Executor delivery;

    /** Highest term of an applied entry; touched by the apply thread only. */
    private long termApplied;

    Submissions(Executor delivery) {
        this.delivery = delivery;
    }

    ClientId clientId() {
        return clientId;
    }

    Submission open() {
        Submission submission = new Submission(callIds.getAndIncrement(), delivery, pending::remove);
        pending.put(submission.callId(), submission);
        if (closed.get()) {
            submission.giveUp(Reason.CLOSED, "This node is shutting down.");
        }
        return submission;
    }

    /** The submission behind a request, or null where it is not (or no longer) ours. */
    @Nullable
    Submission find(ClientId client, long callId) {
        return clientId.equals(client) ? pending.get(callId) : null;
    }

    /** An entry of this term is being applied: what was appended in an earlier term and is still open is lost. */
    void termReached(long term) {
        if (term <= termApplied) {
            return;
        }
        termApplied = term;
        for (Submission submission : List.copyOf(pending.values())) {
            if (submission.appendedBefore(term)) {
                submission.settle(new SubmitOutcome.Refused(
                        Reason.NOT_LEADER,
                        OptionalInt.empty(),
                        "The command was lost with its leader; term " + term + " began without it."));
            }
        }
    }

    /** A snapshot of another node replaced the state: what it contains can no longer be told apart. */
    void historySkippedTo(long term) {
        termApplied = term;
        for (Submission submission : List.copyOf(pending.values())) {
            if (submission.appendedBefore(term + 1)) {
                submission.settle(
                        new SubmitOutcome.Unknown("This node skipped ahead by a snapshot of term " + term + "."));
            }
        }
    }

    /** Settles everything that is open and refuses what comes later. */
    void close(String why) {
        closed.set(true);
        for (Submission submission : List.copyOf(pending.values())) {
            submission.giveUp(Reason.CLOSED, why);
        }
    }
}
