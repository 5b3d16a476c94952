package io.flotilla.sim.check;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class MonotoneEpochsTest {
    private final HandMadeCluster cluster = new HandMadeCluster();
    private final MonotoneEpochs predicate = new MonotoneEpochs();

    private void controllerChanged() {
        predicate.afterEvent(cluster, cluster.controllerTouched());
    }

    @Test
    void epochsThatRiseOrStayAreFine() {
        controllerChanged();
        cluster.committed(HandMadeCluster.state(1, 1, 2, List.of(1, 2), List.of()));
        assertThatCode(this::controllerChanged).doesNotThrowAnyException();
    }

    @Test
    void aLeaderEpochGoesBack() {
        cluster.committed(HandMadeCluster.state(1, 3, 2, List.of(1), List.of()));
        controllerChanged();
        cluster.committed(HandMadeCluster.state(1, 2, 3, List.of(1), List.of()));
        assertThatThrownBy(this::controllerChanged).isInstanceOf(Violation.class);
    }

    @Test
    void aPartitionEpochGoesBack() {
        cluster.committed(HandMadeCluster.state(1, 1, 3, List.of(1), List.of()));
        controllerChanged();
        cluster.committed(HandMadeCluster.state(1, 1, 2, List.of(1), List.of()));
        assertThatThrownBy(this::controllerChanged).isInstanceOf(Violation.class);
    }

    @Test
    void aBrokerEpochGoesBack() {
        cluster.registered(2, 2, true);
        controllerChanged();
        cluster.registered(2, 1, true);
        assertThatThrownBy(this::controllerChanged).isInstanceOf(Violation.class);
    }

    @Test
    void aRestartedReplicaTakesARoleOfAnEarlierEpoch() {
        cluster.replica(2).follows(5, 0, 0);
        predicate.afterEvent(cluster, cluster.replicasTouched(2));
        cluster.node(2).run = 2;
        cluster.replica(2).follows(5, 0, 0);
        predicate.afterEvent(cluster, cluster.replicasTouched(2));
        cluster.replica(2).follows(4, 0, 0);
        assertThatThrownBy(() -> predicate.afterEvent(cluster, cluster.replicasTouched(2)))
                .isInstanceOf(Violation.class);
    }
}
