package io.flotilla.quorum.raft;

import io.flotilla.quorum.raft.SubmitOutcome.Reason;
import java.util.OptionalInt;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.exceptions.AlreadyClosedException;
import org.apache.ratis.protocol.exceptions.LeaderNotReadyException;
import org.apache.ratis.protocol.exceptions.LeaderSteppingDownException;
import org.apache.ratis.protocol.exceptions.NotLeaderException;
import org.apache.ratis.protocol.exceptions.ResourceUnavailableException;
import org.apache.ratis.protocol.exceptions.ServerNotReadyException;
import org.apache.ratis.util.JavaUtils;
import org.jspecify.annotations.Nullable;

/** Reads Ratis's answers to a submission, as far as they settle anything. */
final class Replies {

    private Replies() {}

    /**
     * An answer settles a submission only where it never reached the log. Where it did, the log itself settles it: a
     * success is already known from apply, and a failure is ambiguous.
     */
    static void settleIfNotAppended(
            Submission submission, @Nullable RaftClientReply reply, @Nullable Throwable failure) {
        Throwable trouble = failure != null ? JavaUtils.unwrapCompletionException(failure) : exceptionOf(reply);
        if (trouble != null) {
            submission.refuse(reason(trouble), leaderHint(trouble), String.valueOf(trouble.getMessage()));
        }
    }

    private static @Nullable Throwable exceptionOf(@Nullable RaftClientReply reply) {
        return reply == null ? null : reply.getException();
    }

    private static Reason reason(Throwable trouble) {
        if (trouble instanceof NotLeaderException || trouble instanceof LeaderSteppingDownException) {
            return Reason.NOT_LEADER;
        }
        if (trouble instanceof LeaderNotReadyException) {
            return Reason.NOT_READY;
        }
        if (trouble instanceof ResourceUnavailableException) {
            return Reason.OVERLOADED;
        }
        if (trouble instanceof ServerNotReadyException || trouble instanceof AlreadyClosedException) {
            return Reason.CLOSED;
        }
        return Reason.FAILED;
    }

    private static OptionalInt leaderHint(Throwable trouble) {
        if (trouble instanceof NotLeaderException notLeader && notLeader.getSuggestedLeader() != null) {
            return Peers.nodeId(notLeader.getSuggestedLeader().getId());
        }
        return OptionalInt.empty();
    }
}
