package io.flotilla.broker.isr;

import static io.flotilla.broker.isr.LeaderStory.isr;
import static io.flotilla.broker.isr.LeaderStory.leaderWith;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** When a leader may write, answer about its log's end, and move away. */
class LeadershipTest {
    private static final long SESSION_MS = 3_000;

    // ---- R13 -----------------------------------------------------------------------------------------------------

    @Test
    void r13LeaderThatHearsNobodyForASessionRefusesWrites() {
        var leader = leaderWith(isr(1, 2, 3)).fetchedBy(2, 0).fetchedBy(3, 0);
        assertThat(leader.after(SESSION_MS - 250).mayWrite()).isEqualTo(WriteVerdict.WRITABLE);
        assertThat(leader.after(250).mayWrite()).isEqualTo(WriteVerdict.ISOLATED);
    }

    @Test
    void r13EnoughReplicasStandInForTheController() {
        var leader = leaderWith(isr(1, 2, 3)).after(SESSION_MS).fetchedBy(2, 0);
        assertThat(leader.mayWrite()).isEqualTo(WriteVerdict.WRITABLE);
    }

    @Test
    void r13TheControllerStandsInForTheReplicas() {
        var leader = leaderWith(isr(1, 2, 3)).after(SESSION_MS).controllerHeard();
        assertThat(leader.mayWrite()).isEqualTo(WriteVerdict.WRITABLE);
    }

    @Test
    void r13ReplicaOutsideTheIsrProvesNothing() {
        var leader = leaderWith(isr(1, 2)).ineligible(3).after(SESSION_MS).fetchedBy(3, 0);
        assertThat(leader.mayWrite()).isEqualTo(WriteVerdict.ISOLATED);
    }

    // ---- R14 -----------------------------------------------------------------------------------------------------

    @Test
    void r14DrainingLeaderRefusesWritesAndResignsOnceAllIsAcknowledged() {
        var leader = leaderWith(isr(1, 2, 3)).appendedUpTo(10).fetchedBy(2, 10).drains();
        assertThat(leader.mayWrite()).isEqualTo(WriteVerdict.DRAINING);
        assertThat(leader.proposals()).isZero();
        assertThat(leader.fetchedBy(3, 10).lastProposal().resign()).isTrue();
    }

    @Test
    void r14DrainWaitsOneSecondAtMost() {
        var leader = leaderWith(isr(1, 2, 3)).appendedUpTo(10).fetchedBy(2, 10).drains();
        assertThat(leader.after(750).proposals()).isZero();
        assertThat(leader.after(250).lastProposal().resign()).isTrue();
    }

    @Test
    void r14EndOfADrainTakesWritesAgain() {
        var leader = leaderWith(isr(1), 1, 0).drains();
        assertThat(leader.proposals()).isZero(); // nobody to move to
        leader.state().endDrain();
        assertThat(leader.mayWrite()).isEqualTo(WriteVerdict.WRITABLE);
    }

    @Test
    void r13PlannedDrainHoldsNoWritesWhileTheControllerThatMustEndItIsAway() {
        var leader = leaderWith(isr(1, 2, 3)).fetchedBy(2, 0).fetchedBy(3, 0).drainsAsPlanned();
        assertThat(leader.lastProposal().resign()).isTrue();
        assertThat(leader.after(SESSION_MS - 250).mayWrite()).isEqualTo(WriteVerdict.DRAINING);
        assertThat(leader.after(250).fetchedBy(2, 0).mayWrite()).isEqualTo(WriteVerdict.WRITABLE);
    }

    @Test
    void r14PlannedDrainBeginsAnewWhenTheControllerIsBack() {
        var leader = leaderWith(isr(1, 2, 3))
                .fetchedBy(2, 0)
                .fetchedBy(3, 0)
                .drainsAsPlanned()
                .after(SESSION_MS)
                .outcome(ProposalOutcome.NOT_SENT)
                .fetchedBy(2, 0)
                .fetchedBy(3, 0);
        int before = leader.proposals();
        assertThat(leader.appendedUpTo(10).fetchedBy(2, 10).fetchedBy(3, 5).proposals())
                .isEqualTo(before);

        leader.controllerHeard().after(250);
        assertThat(leader.mayWrite()).isEqualTo(WriteVerdict.DRAINING);
        assertThat(leader.after(750).proposals()).isEqualTo(before);
        assertThat(leader.after(250).lastProposal().resign()).isTrue();
    }

    @Test
    void r14DrainBeforeTheEndOfTheProcessIsHeldBackByNobody() {
        var leader = leaderWith(isr(1, 2, 3)).fetchedBy(2, 0).drainsAsPlanned().drains();
        assertThat(leader.after(2 * SESSION_MS).fetchedBy(2, 0).mayWrite()).isEqualTo(WriteVerdict.DRAINING);
    }

    // ---- R15 -----------------------------------------------------------------------------------------------------

    @Test
    void r15EndOfTheLogIsTheLeadersToTellOnlyAfterEveryMemberSpokeAgain() {
        var leader = leaderWith(isr(1, 2, 3)).fetchedBy(2, 0).fetchedBy(3, 0);
        long question = leader.state().askEnd();
        leader.fetchedBy(2, 0).fetchedBy(3, 0); // under way when the question came: they prove nothing
        assertThat(leader.state().mayAnswerEnd(question)).isFalse();
        leader.sawRound(2, 0, question);
        assertThat(leader.state().mayAnswerEnd(question)).isFalse();
        leader.sawRound(3, 0, question);
        assertThat(leader.state().mayAnswerEnd(question)).isTrue();
    }

    @Test
    void r15EndOfTheLogWaitsForTheWatermarkToReachTheEpochStart() {
        var leader = leaderWith(isr(1, 2), 2, 10);
        long question = leader.state().askEnd();
        assertThat(leader.sawRound(2, 9, question).state().mayAnswerEnd(question))
                .isFalse();
        assertThat(leader.sawRound(2, 10, question).state().mayAnswerEnd(question))
                .isTrue();
    }

    @Test
    void r15ProposedMembersMustSpeakToo() {
        var leader = leaderWith(isr(1, 2)).fetchedBy(2, 0).fetchedBy(3, 0);
        long question = leader.state().askEnd();
        assertThat(leader.sawRound(2, 0, question).state().mayAnswerEnd(question))
                .isFalse();
    }

    @Test
    void r15BelowMinIsrTheEndIsNobodysToTell() {
        var leader = leaderWith(isr(1), 2, 0);
        long question = leader.state().askEnd();
        assertThat(leader.state().mayAnswerEnd(question)).isFalse(); // an eligible replica may lead by now
    }

    @Test
    void r15DeposedLeaderNeverAnswers() {
        var leader = leaderWith(isr(1), 1, 0);
        long question = leader.state().askEnd();
        assertThat(leader.state().mayAnswerEnd(question)).isTrue();
        leader.state().onEpochShown(LeaderStory.EPOCH + 1);
        assertThat(leader.state().mayAnswerEnd(question)).isFalse();
    }

    // ---- idle ----------------------------------------------------------------------------------------------------

    @Test
    void settledLeaderNeedsNoTicks() {
        var leader = leaderWith(isr(1, 2, 3)).fetchedBy(2, 0).fetchedBy(3, 0);
        assertThat(leader.state().needsTicks()).isFalse();
        assertThat(leader.appendedUpTo(1).state().needsTicks()).isTrue();
        assertThat(leader.fetchedBy(2, 1).fetchedBy(3, 1).state().needsTicks()).isFalse();
    }

    @Test
    void leaderThatWasNotHeardByItsIsrNeedsTicks() {
        assertThat(leaderWith(isr(1, 2)).state().needsTicks()).isTrue();
    }
}
