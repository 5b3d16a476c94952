package io.flotilla.quorum.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.quorum.raft.SubmitOutcome.Applied;
import io.flotilla.quorum.raft.SubmitOutcome.Reason;
import io.flotilla.quorum.raft.SubmitOutcome.Refused;
import io.flotilla.quorum.raft.SubmitOutcome.Unknown;
import java.util.OptionalInt;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.exceptions.LeaderNotReadyException;
import org.apache.ratis.protocol.exceptions.NotLeaderException;
import org.apache.ratis.protocol.exceptions.ResourceUnavailableException;
import org.junit.jupiter.api.Test;

/** When a command counts as applied, as certainly not applied, and as unknown. */
class SubmissionsTest {

    private static final long TERM = 7;

    private final Submissions submissions = new Submissions(Runnable::run);
    private final Submission command = submissions.open();

    @Test
    void whatIsGivenUpBeforeTheLogNeverGetsThere() {
        command.giveUp(Reason.TIMED_OUT, "late");

        assertThat(command.beginAppend(TERM)).isFalse();
        assertThat(reason()).isEqualTo(Reason.TIMED_OUT);
    }

    @Test
    void whatIsGivenUpInTheLogIsUnknown() {
        assertThat(command.beginAppend(TERM)).isTrue();

        command.giveUp(Reason.TIMED_OUT, "late");

        assertThat(outcome()).isInstanceOf(Unknown.class);
    }

    @Test
    void aNotLeaderAnswerSettlesOnlyWhatIsNotInTheLog() {
        Submission appended = submissions.open();
        assertThat(appended.beginAppend(TERM)).isTrue();

        Replies.settleIfNotAppended(command, null, notLeader());
        Replies.settleIfNotAppended(appended, null, notLeader());

        assertThat(reason()).isEqualTo(Reason.NOT_LEADER);
        assertThat(appended.outcome()).isNotDone();
    }

    @Test
    void everyAnswerOfRatisHasItsReason() {
        assertThat(refusedAfter(new LeaderNotReadyException(member()))).isEqualTo(Reason.NOT_READY);
        assertThat(refusedAfter(new ResourceUnavailableException("full"))).isEqualTo(Reason.OVERLOADED);
        assertThat(refusedAfter(new IllegalStateException("broken"))).isEqualTo(Reason.FAILED);
    }

    @Test
    void anEntryOfALaterTermProvesTheLossOfWhatWasAppendedBefore() {
        assertThat(command.beginAppend(TERM)).isTrue();

        submissions.termReached(TERM);
        assertThat(command.outcome()).isNotDone();
        submissions.termReached(TERM + 1);

        assertThat(reason()).isEqualTo(Reason.NOT_LEADER);
    }

    @Test
    void anEntryOfALaterTermProvesNothingAboutWhatIsNotInTheLogYet() {
        submissions.termReached(TERM + 1);

        assertThat(command.outcome()).isNotDone();
        assertThat(command.beginAppend(TERM + 1)).isTrue();
    }

    @Test
    void behindASnapshotNothingCanBeToldApart() {
        assertThat(command.beginAppend(TERM)).isTrue();

        submissions.historySkippedTo(TERM);

        assertThat(outcome()).isInstanceOf(Unknown.class);
    }

    @Test
    void theFirstOutcomeStands() {
        assertThat(command.beginAppend(TERM)).isTrue();

        command.settle(new Applied(JournalCore.bytes("reply"), TERM, 1));
        command.giveUp(Reason.TIMED_OUT, "late");
        submissions.termReached(TERM + 1);

        assertThat(outcome()).isInstanceOf(Applied.class);
        assertThat(submissions.find(submissions.clientId(), command.callId())).isNull();
    }

    @Test
    void closingSettlesWhatIsOpenAndRefusesTheRest() {
        Submission appended = submissions.open();
        assertThat(appended.beginAppend(TERM)).isTrue();

        submissions.close("closing");

        assertThat(reason()).isEqualTo(Reason.CLOSED);
        assertThat(appended.outcome().join()).isInstanceOf(Unknown.class);
        assertThat(submissions.open().outcome().join()).isInstanceOf(Refused.class);
    }

    @Test
    void onlyOurOwnClientIdIsFound() {
        assertThat(submissions.find(submissions.clientId(), command.callId())).isSameAs(command);
        assertThat(submissions.find(ClientId.randomId(), command.callId())).isNull();
    }

    private Reason refusedAfter(Throwable trouble) {
        Submission submission = submissions.open();
        Replies.settleIfNotAppended(submission, null, trouble);
        return ((Refused) submission.outcome().join()).reason();
    }

    private Reason reason() {
        return ((Refused) outcome()).reason();
    }

    private SubmitOutcome outcome() {
        return command.outcome().getNow(new Refused(Reason.FAILED, OptionalInt.empty(), "no outcome yet"));
    }

    private static NotLeaderException notLeader() {
        return new NotLeaderException(member(), null, null);
    }

    private static RaftGroupMemberId member() {
        return RaftGroupMemberId.valueOf(
                RaftPeerId.valueOf("1"), RaftGroupId.valueOf(new NodeIdentity("c", 1).quorumId()));
    }
}
