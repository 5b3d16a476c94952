package io.flotilla.sim.check;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class QuorumSupersetTest {
    private final HandMadeCluster cluster = new HandMadeCluster();
    private final QuorumSuperset predicate = new QuorumSuperset();

    private void controllerChanged() {
        predicate.afterEvent(cluster, cluster.controllerTouched());
    }

    @Test
    void aLeaderMayCountMoreThanAreCommitted() {
        cluster.replica(1).leads(1, List.of(1, 2, 3), 10, 10);
        cluster.committed(HandMadeCluster.state(1, 1, 2, List.of(1, 2), List.of()));
        assertThatCode(this::controllerChanged).doesNotThrowAnyException();
    }

    @Test
    void aCommittedMemberIsNotCounted() {
        cluster.replica(1).leads(1, List.of(1, 2), 10, 10);
        cluster.committed(HandMadeCluster.state(1, 1, 2, List.of(1, 2, 3), List.of()));
        assertThatThrownBy(this::controllerChanged).isInstanceOf(Violation.class);
        assertThatThrownBy(() -> predicate.afterEvent(cluster, cluster.replicasTouched(1)))
                .isInstanceOf(Violation.class);
    }

    @Test
    void anEligibleReplicaIsNotCountedThoughTheHighWatermarkMoves() {
        cluster.replica(1).leads(1, List.of(1, 2), 10, 10);
        cluster.committed(HandMadeCluster.state(1, 1, 2, List.of(1), List.of(3)));
        assertThatThrownBy(this::controllerChanged).isInstanceOf(Violation.class);
    }

    @Test
    void anEligibleReplicaNeedNotCountWhileTheHighWatermarkStandsStill() {
        cluster.replica(1).leads(1, List.of(1), 10, 10);
        cluster.committed(HandMadeCluster.state(1, 1, 2, List.of(1), List.of(3)));
        assertThatCode(this::controllerChanged).doesNotThrowAnyException();
    }

    @Test
    void aLeaderThatIsDeposedCountsWhomItLikes() {
        cluster.replica(1).leads(1, List.of(1, 2), 10, 10);
        cluster.committed(HandMadeCluster.state(3, 2, 2, List.of(2, 3), List.of()));
        assertThatCode(this::controllerChanged).doesNotThrowAnyException();
    }
}
