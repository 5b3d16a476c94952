package io.flotilla.broker.isr;

import static io.flotilla.broker.isr.LeaderStory.EPOCH;
import static io.flotilla.broker.isr.LeaderStory.LAG_MS_MAX;
import static io.flotilla.broker.isr.LeaderStory.isr;
import static io.flotilla.broker.isr.LeaderStory.leaderWith;
import static io.flotilla.broker.isr.LeaderStory.offset;
import static io.flotilla.broker.isr.LeaderStory.replica;
import static io.flotilla.broker.isr.LeaderStory.replicas;
import static io.flotilla.broker.isr.LeaderStory.report;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** How a leader judges its followers and moves the high watermark. The rules' numbers are those of the design. */
class LeaderStateTest {

    // ---- high watermark ------------------------------------------------------------------------------------------

    @Test
    void watermarkIsTheSmallestOffsetThatTheIsrReported() {
        var leader = leaderWith(isr(1, 2, 3)).appendedUpTo(10).fetchedBy(2, 8).fetchedBy(3, 5);
        assertThat(leader.highWatermark()).isEqualTo(5);
    }

    @Test
    void watermarkWaitsForTheLeadersOwnDisk() {
        var leader = leaderWith(isr(1, 2, 3))
                .appendedUnsyncedUpTo(10)
                .fetchedBy(2, 10)
                .fetchedBy(3, 10);
        assertThat(leader.highWatermark()).isZero();
        assertThat(leader.syncedUpTo(9).highWatermark()).isEqualTo(9);
    }

    @Test
    void watermarkNeverGoesBack() {
        var leader = leaderWith(isr(1, 2, 3)).appendedUpTo(10).fetchedBy(2, 10).fetchedBy(3, 10);
        leader.fetched(new ReplicaReport(3, 103, 43, 2, 4, 0));
        assertThat(leader.highWatermark()).isEqualTo(10);
    }

    @Test
    void r2OnlyReportsOfThisEpochMoveTheWatermark() {
        var leader = leaderWith(isr(1, 2, 3), 2, 10);
        assertThat(leader.highWatermark()).isZero(); // whatever the others hold, they have not said so in this epoch
        assertThat(leader.fetchedBy(2, 10).fetchedBy(3, 10).highWatermark()).isEqualTo(10);
    }

    @Test
    void r2StaleEpochIsFencedAndNewerOneDeposesTheLeader() {
        var leader = leaderWith(isr(1, 2, 3));
        assertThat(leader.state().onEpochShown(EPOCH)).isEqualTo(EpochVerdict.CURRENT);
        assertThat(leader.state().onEpochShown(EPOCH - 1)).isEqualTo(EpochVerdict.STALE);
        assertThat(leader.mayWrite()).isEqualTo(WriteVerdict.WRITABLE);
        assertThat(leader.state().onEpochShown(EPOCH + 1)).isEqualTo(EpochVerdict.NEWER);
        assertThat(leader.mayWrite()).isEqualTo(WriteVerdict.DEPOSED);
    }

    @Test
    void r6WatermarkIsFrozenBelowMinIsr() {
        var leader = leaderWith(isr(1)).appendedUpTo(10);
        assertThat(leader.highWatermark()).isZero();
        assertThat(leader.fetchedBy(2, 10).controllerAgrees().highWatermark()).isEqualTo(10);
    }

    @Test
    void r7MinIsrComesFromTheMetadataAndIsCappedByTheReplicaCount() {
        var leader = leaderWith(isr(1), 2, 0).appendedUpTo(10);
        assertThat(leader.highWatermark()).isZero();
        assertThat(leader.metadataShows(replicas(), isr(1), 1).highWatermark()).isEqualTo(10);
        var alone = leaderWith(isr(1), 2, 0).appendedUpTo(10);
        assertThat(alone.metadataShows(List.of(replica(1)), isr(1), 2).highWatermark())
                .isEqualTo(10);
    }

    @Test
    void r8ReplicaThatWasRemovedAndAddedAgainStartsFromNothing() {
        var leader = leaderWith(isr(1, 2)).appendedUpTo(10).fetchedBy(2, 10).fetchedBy(3, 10);
        leader.metadataShows(List.of(replica(1), replica(2), new ReplicaView(3, 99, 103)), isr(1, 2), 2);
        assertThat(leader.state().reportedBy(3)).isEqualTo(-1);
        assertThat(leader.state().onFetch(report(3, 10), leader.nowNanos())).isEqualTo(ReportVerdict.UNKNOWN_REPLICA);
    }

    @Test
    void reportOfAnEarlierSessionIsLate() {
        var leader = leaderWith(isr(1, 2)).appendedUpTo(10).fetched(new ReplicaReport(2, 102, 42, 5, 6, 0));
        assertThat(leader.state().onReport(new ReplicaReport(2, 102, 42, 4, 9, 0), leader.nowNanos()))
                .isEqualTo(ReportVerdict.LATE);
        assertThat(leader.state().reportedBy(2)).isEqualTo(6);
    }

    @Test
    void reportBeforeTheLogsAgreeDoesNotCount() {
        var leader = leaderWith(isr(1, 2)).appendedUpTo(10);
        assertThat(leader.state().onReport(report(2, 10), leader.nowNanos())).isEqualTo(ReportVerdict.LATE);
        assertThat(leader.highWatermark()).isZero();
    }

    // ---- leaving the ISR -----------------------------------------------------------------------------------------

    @Test
    void lateFollowerLeavesTheIsrAndTheWatermarkMovesOn() {
        var leader = leaderWith(isr(1, 2, 3)).appendedUpTo(10);
        leader.fetchedBy(2, offset(10)).after(LAG_MS_MAX);
        assertThat(leader.proposedIsr()).containsExactly(1, 2);
        assertThat(leader.highWatermark()).isEqualTo(0); // not before the controller agrees
        assertThat(leader.controllerAgrees().highWatermark()).isEqualTo(10);
    }

    @Test
    void r17FollowerThatKeepsADistanceInTimeButNotInOffsetStays() {
        var leader = leaderWith(isr(1, 2)).appendedUpTo(10).fetchedBy(2, 10);
        for (int i = 1; i <= 40; i++) { // always 2 s behind, never at the end
            leader.after(250).appendedUpTo(10 + i);
            leader.fetchedBy(2, Math.max(10, 10 + i - 8));
        }
        assertThat(leader.proposals()).isZero();
    }

    @Test
    void r17FrozenFollowerOfAnIdlePartitionStaysUntilSomethingIsAppended() {
        var leader = leaderWith(isr(1, 2, 3)).appendedUpTo(10).fetchedBy(2, 10).fetchedBy(3, 10);
        leader.after(60_000);
        assertThat(leader.proposals()).isZero();
        leader.appendedUpTo(11).fetchedBy(2, 11).after(LAG_MS_MAX - 250);
        assertThat(leader.proposals()).isZero();
        assertThat(leader.after(250).proposedIsr()).containsExactly(1, 2);
    }

    @Test
    void r17LeaderWhoseOwnDiskIsLateResigns() {
        var leader = leaderWith(isr(1, 2, 3))
                .appendedUnsyncedUpTo(10)
                .fetchedBy(2, 10)
                .fetchedBy(3, 10);
        assertThat(leader.after(LAG_MS_MAX - 250).proposals()).isZero();
        assertThat(leader.after(250).lastProposal().resign()).isTrue();
        assertThat(leader.proposedIsr()).containsExactly(1, 2, 3);
    }

    @Test
    void r17LeaderWithALateDiskStaysWhileNobodyCanReplaceIt() {
        var leader = leaderWith(isr(1), 1, 0).appendedUnsyncedUpTo(10).after(2 * LAG_MS_MAX);
        assertThat(leader.proposals()).isZero();
    }

    @Test
    void deadFollowerLeavesAtOnce() {
        var leader = leaderWith(isr(1, 2, 3)).appendedUpTo(10).fetchedBy(2, 10).fetchedBy(3, 7);
        assertThat(leader.lost(3).proposedIsr()).containsExactly(1, 2);
        assertThat(leader.controllerAgrees().highWatermark()).isEqualTo(10);
    }

    @Test
    void proofOfTheDeathOfAnEarlierRunDoesNotCount() {
        var leader = leaderWith(isr(1, 2, 3)).fetched(new ReplicaReport(3, 250, 43, 1, 0, 0));
        assertThat(leader.lost(3).proposals()).isZero();
    }

    // ---- joining -------------------------------------------------------------------------------------------------

    @Test
    void r3FollowerJoinsAtTheWatermarkAndTheEpochStart() {
        var leader = leaderWith(isr(1, 2), 2, 20).fetchedBy(2, 20).appendedUpTo(30);
        assertThat(leader.fetchedBy(3, 19).proposals()).isZero(); // below the epoch's start
        assertThat(leader.fetchedBy(3, 20).proposedIsr()).containsExactly(1, 2, 3);
    }

    @Test
    void r3FollowerBelowTheWatermarkDoesNotJoin() {
        var leader = leaderWith(isr(1, 2)).appendedUpTo(30).fetchedBy(2, 25);
        assertThat(leader.highWatermark()).isEqualTo(25);
        assertThat(leader.fetchedBy(3, 24).proposals()).isZero();
        assertThat(leader.fetchedBy(3, 25).proposedIsr()).containsExactly(1, 2, 3);
    }

    @Test
    void r5ProposalNamesTheRunThatOpenedTheStream() {
        var leader = leaderWith(isr(1, 2)).fetchedBy(2, 0).fetched(new ReplicaReport(3, 777, 43, 1, 0, 0));
        assertThat(leader.lastProposal().isr())
                .containsExactly(new IsrMember(1, 100), new IsrMember(2, 102), new IsrMember(3, 777));
    }

    @Test
    void r5MessageOfAnEarlierRunIsRefused() {
        var leader = leaderWith(isr(1, 2)).fetched(new ReplicaReport(3, 777, 43, 1, 0, 0));
        assertThat(leader.state().onFetch(report(3, 0), leader.nowNanos())).isEqualTo(ReportVerdict.STALE_BROKER_EPOCH);
    }

    @Test
    void r12CaughtUpButIneligibleReplicaDoesNotBlockTheWatermark() {
        var leader = leaderWith(isr(1, 2)).ineligible(3).fetchedBy(3, 0).appendedUpTo(10);
        assertThat(leader.fetchedBy(2, 10).highWatermark()).isEqualTo(10);
        assertThat(leader.proposals()).isZero();
        assertThat(leader.eligible(3).fetchedBy(3, 10).proposedIsr()).containsExactly(1, 2, 3);
    }

    @Test
    void replicaThatTheControllerFindsIneligibleIsNotProposedAgainAtOnce() {
        var leader = leaderWith(isr(1, 2)).fetchedBy(2, 0).fetchedBy(3, 0).outcome(ProposalOutcome.INELIGIBLE);
        assertThat(leader.after(750).proposals()).isEqualTo(1);
        assertThat(leader.after(500).proposals()).isEqualTo(2);
    }

    @Test
    void frozenReplicaAtAFrozenWatermarkDoesNotLeaveAndJoinForEver() {
        var leader = leaderWith(isr(1, 2))
                .fetchedBy(2, 0)
                .appendedUpTo(10)
                .after(LAG_MS_MAX)
                .controllerAgrees();
        assertThat(leader.highWatermark()).isZero(); // one member, two needed
        assertThat(leader.after(60_000).proposals()).isEqualTo(1);
        assertThat(leader.fetchedBy(2, 10).proposedIsr()).containsExactly(1, 2);
    }

    @Test
    void r19MemberThatTheControllerTookOutSpeaksAgainBeforeItJoins() {
        var leader = leaderWith(isr(1, 2, 3)).fetchedBy(2, 0).fetchedBy(3, 0).metadataShows(isr(1, 2));
        assertThat(leader.after(60_000).proposals()).isZero();
        assertThat(leader.state().awaitsEcho()).isTrue();
        assertThat(leader.fetchedBy(3, 0).proposals()).isZero(); // sent before it could know of anything
        assertThat(leader.sawRound(3, 0, leader.state().round()).proposedIsr()).containsExactly(1, 2, 3);
        assertThat(leader.state().awaitsEcho()).isFalse();
    }

    @Test
    void memberThatItsLeaderTookOutJoinsWithItsNextFetch() {
        var leader =
                leaderWith(isr(1, 2, 3)).fetchedBy(2, 0).fetchedBy(3, 0).lost(3).controllerAgrees();
        assertThat(leader.state().awaitsEcho()).isFalse();
        assertThat(leader.fetchedBy(3, 0).proposedIsr()).containsExactly(1, 2, 3);
    }
}
