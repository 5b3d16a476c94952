package io.flotilla.sim.check;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.broker.partition.PartitionStatus.Role;
import java.util.List;
import org.junit.jupiter.api.Test;

class HwAdvanceTest {
    private final HandMadeCluster cluster = new HandMadeCluster();
    private final HwAdvance predicate = new HwAdvance();

    private void touched(int node) {
        predicate.afterEvent(cluster, cluster.replicasTouched(node));
    }

    private void leaderWithRecords(List<Integer> isr) {
        cluster.replica(1).leads(1, isr, 0, 0);
        touched(1);
        cluster.replica(1).appends(10);
        touched(1);
    }

    @Test
    void whatAllHoldIsCommitted() {
        leaderWithRecords(List.of(1, 2));
        cluster.replica(2).follows(1, 10, 0);
        touched(2);
        cluster.replica(1).hears(2, 10);
        assertThatCode(() -> touched(1)).doesNotThrowAnyException();
    }

    @Test
    void aMemberHoldsLess() {
        leaderWithRecords(List.of(1, 2));
        cluster.replica(2).follows(1, 9, 0);
        touched(2);
        cluster.replica(1).hears(2, 10);
        assertThatThrownBy(() -> touched(1)).isInstanceOf(Violation.class);
    }

    @Test
    void aMemberHeldItInAnEarlierEpochOnly() {
        leaderWithRecords(List.of(1, 2));
        cluster.replica(2).follows(0, 10, 0);
        touched(2);
        cluster.replica(1).hears(2, 10);
        assertThatThrownBy(() -> touched(1)).isInstanceOf(Violation.class);
    }

    @Test
    void aMemberHeldOtherBatchesBeforeItsTruncation() {
        leaderWithRecords(List.of(1, 2));
        cluster.replica(2).follows(1, 10, 0);
        touched(2);
        predicate.truncated(cluster.replica(2), 10, 5, 0);
        cluster.replica(1).hears(2, 10);
        assertThatThrownBy(() -> touched(1)).isInstanceOf(Violation.class);
    }

    @Test
    void aMembersDiskFailedInTheTurnInWhichItReportedAll() {
        leaderWithRecords(List.of(1, 2));
        cluster.replica(2).follows(1, 9, 0);
        touched(2);
        cluster.replica(2).is(Role.OFFLINE, 1, 10, 0);
        touched(2);
        cluster.replica(1).hears(2, 10);
        assertThatCode(() -> touched(1)).doesNotThrowAnyException();
    }

    @Test
    void aMemberThatWasOfflineAllTheTimeReportedNothing() {
        leaderWithRecords(List.of(1, 2));
        cluster.replica(2).is(Role.OFFLINE, 1, 10, 0);
        touched(2);
        cluster.replica(1).hears(2, 10);
        assertThatThrownBy(() -> touched(1)).isInstanceOf(Violation.class);
    }

    @Test
    void aReplicaThatIsNotCountedMayHoldLess() {
        leaderWithRecords(List.of(1, 2));
        cluster.replica(2).follows(1, 10, 0);
        cluster.replica(3).follows(1, 1, 0);
        touched(2);
        touched(3);
        cluster.replica(1).hears(2, 10);
        assertThatCode(() -> touched(1)).doesNotThrowAnyException();
    }

    @Test
    void aLeaderBelowTheMinimumMoves() {
        cluster.replica(1).leads(1, List.of(1), 5, 0);
        touched(1);
        cluster.replica(1).leads(1, List.of(1), 5, 5);
        assertThatThrownBy(() -> touched(1)).isInstanceOf(Violation.class);
    }

    @Test
    void aLeaderBelowTheMinimumStandsStill() {
        cluster.replica(1).leads(1, List.of(1), 5, 5);
        touched(1);
        cluster.replica(1).appends(10);
        assertThatCode(() -> touched(1)).doesNotThrowAnyException();
    }

    @Test
    void aShrinkInTheSameEventIsNoCrime() {
        leaderWithRecords(List.of(1, 2));
        cluster.replica(2).follows(1, 10, 0);
        touched(2);
        cluster.replica(1).hears(2, 10).applies(HandMadeReplica.view(1, 2, List.of(1)));
        assertThatCode(() -> touched(1)).doesNotThrowAnyException();
    }

    /**
     * A leader with two in sync of three needed, at 0 of 5, whose minimum is lowered before one of the two is fenced.
     */
    private void leaderOfThreeNeeded() {
        cluster.minIsr(3).committed(HandMadeCluster.state(1, 1, 2, List.of(1, 2), List.of()));
        cluster.applied();
        cluster.replica(1).leads(1, List.of(1, 2), 5, 0).applies(HandMadeReplica.view(1, 2, List.of(1, 2), 3));
        cluster.replica(2).follows(1, 5, 0);
        touched(2);
        cluster.replica(1).hears(2, 5);
        touched(1);
    }

    @Test
    void theMinimumWasLoweredBeforeTheIsrShrankInTheSameEvent() {
        leaderOfThreeNeeded();
        cluster.minIsr(2).committed(HandMadeCluster.state(1, 1, 3, List.of(1), List.of(2)));
        cluster.applied();
        cluster.replica(1)
                .applies(HandMadeReplica.view(1, 2, List.of(1, 2), 2))
                .applies(HandMadeReplica.view(1, 3, List.of(1), 2));
        assertThatCode(() -> touched(1)).doesNotThrowAnyException();
    }

    @Test
    void theMinimumWasLoweredAfterTheIsrShrankInTheSameEvent() {
        leaderOfThreeNeeded();
        cluster.committed(HandMadeCluster.state(1, 1, 3, List.of(1), List.of(2)))
                .minIsr(2)
                .applied();
        cluster.replica(1)
                .applies(HandMadeReplica.view(1, 2, List.of(1, 2), 2)) // which was never so
                .applies(HandMadeReplica.view(1, 3, List.of(1), 2));
        assertThatThrownBy(() -> touched(1)).isInstanceOf(Violation.class);
    }
}
