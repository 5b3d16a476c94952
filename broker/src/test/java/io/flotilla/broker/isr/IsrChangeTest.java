package io.flotilla.broker.isr;

import static io.flotilla.broker.isr.LeaderStory.LAG_MS_MAX;
import static io.flotilla.broker.isr.LeaderStory.isr;
import static io.flotilla.broker.isr.LeaderStory.leaderWith;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** R4: what counts while an ISR change is under way, and how it ends. */
class IsrChangeTest {

    @Test
    void r4WatermarkWaitsForTheProposedMembersToo() {
        var leader = leaderWith(isr(1, 2)).fetchedBy(2, 0).fetchedBy(3, 0).appendedUpTo(10);
        assertThat(leader.fetchedBy(2, 10).highWatermark()).isZero();
        assertThat(leader.maximalIsr()).containsExactly(1, 2, 3);
    }

    @Test
    void r4ShrinkCountsOnlyOnceMetadataShowsIt() {
        var leader = leaderWith(isr(1, 2, 3)).appendedUpTo(10).fetchedBy(2, 10).after(LAG_MS_MAX);
        assertThat(leader.outcome(ProposalOutcome.ACCEPTED).highWatermark()).isZero();
        assertThat(leader.metadataShows(isr(1, 2)).highWatermark()).isEqualTo(10);
    }

    @Test
    void r4RefusalOfTheOnlySendEndsTheChange() {
        var leader = leaderWith(isr(1, 2))
                .fetchedBy(2, 0)
                .fetchedBy(3, 0)
                .appendedUpTo(10)
                .fetchedBy(2, 10);
        assertThat(leader.outcome(ProposalOutcome.REFUSED).highWatermark()).isEqualTo(10);
        assertThat(leader.maximalIsr()).containsExactly(1, 2);
    }

    @Test
    void r4AmbiguousSendIsSettledByProposingTheCommittedIsr() {
        var leader = leaderWith(isr(1, 2)).fetchedBy(2, 0).fetchedBy(3, 0).outcome(ProposalOutcome.UNKNOWN);
        leader.appendedUpTo(10).fetchedBy(2, 10).after(250);
        assertThat(leader.proposedIsr()).containsExactly(1, 2);
        assertThat(leader.lastProposal().partitionEpoch()).isZero();
        assertThat(leader.maximalIsr()).containsExactly(1, 2, 3);
        assertThat(leader.highWatermark()).isZero(); // the first send may still be committed
        assertThat(leader.controllerAgrees().highWatermark()).isEqualTo(10);
    }

    @Test
    void r4AmbiguousSendThatWasCommittedCountsAsCommitted() {
        var leader = leaderWith(isr(1, 2)).fetchedBy(2, 0).fetchedBy(3, 0).outcome(ProposalOutcome.UNKNOWN);
        leader.after(250).outcome(ProposalOutcome.REFUSED).metadataShows(isr(1, 2, 3));
        assertThat(leader.maximalIsr()).containsExactly(1, 2, 3);
        leader.appendedUpTo(10).fetchedBy(2, 10).after(500);
        assertThat(leader.proposals()).isEqualTo(2); // nothing is left to settle
        assertThat(leader.highWatermark()).isZero();
    }

    @Test
    void r4RefusedSettlementDoesNotEndTheChange() {
        var leader = leaderWith(isr(1, 2)).fetchedBy(2, 0).fetchedBy(3, 0).outcome(ProposalOutcome.UNKNOWN);
        leader.after(250).outcome(ProposalOutcome.REFUSED);
        assertThat(leader.maximalIsr()).containsExactly(1, 2, 3);
        assertThat(leader.after(250).proposals()).isEqualTo(3); // asked again until metadata moves
    }

    @Test
    void outcomeOfAnEarlierSendIsIgnored() {
        var leader = leaderWith(isr(1, 2)).fetchedBy(2, 0).fetchedBy(3, 0);
        IsrProposal first = leader.lastProposal();
        leader.outcome(ProposalOutcome.UNKNOWN).after(250);
        leader.state().onOutcome(first, ProposalOutcome.REFUSED, leader.nowNanos());
        assertThat(leader.maximalIsr()).containsExactly(1, 2, 3);
    }

    @Test
    void oneChangeAtATime() {
        var leader = leaderWith(isr(1, 2, 3))
                .fetchedBy(2, 0)
                .appendedUpTo(10)
                .fetchedBy(2, 10)
                .lost(3);
        assertThat(leader.lost(2).proposals()).isEqualTo(1);
        assertThat(leader.controllerAgrees().proposedIsr()).containsExactly(1);
    }
}
