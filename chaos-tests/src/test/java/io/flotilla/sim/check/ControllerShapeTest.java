package io.flotilla.sim.check;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.model.image.PartitionState;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class ControllerShapeTest {
    private final HandMadeCluster cluster = new HandMadeCluster();
    private final ControllerShape predicate = new ControllerShape();

    private ThrowingCallable after(int leader, List<Integer> isr, List<Integer> elr) {
        cluster.committed(HandMadeCluster.state(leader, 1, 2, isr, elr));
        return () -> predicate.afterEvent(cluster, cluster.controllerTouched());
    }

    @Test
    void oneInSyncAndTheOthersEligibleIsFine() {
        assertThatCode(after(1, List.of(1), List.of(2, 3))).doesNotThrowAnyException();
    }

    @Test
    void nobodyLeadsAndOneIsEligible() {
        assertThatCode(after(PartitionState.NO_LEADER, List.of(), List.of(2))).doesNotThrowAnyException();
    }

    @Test
    void theLeaderIsNotInSync() {
        assertThatThrownBy(after(3, List.of(1, 2), List.of())).isInstanceOf(Violation.class);
    }

    @Test
    void aMemberOfBoth() {
        assertThatThrownBy(after(1, List.of(1), List.of(1, 2))).isInstanceOf(Violation.class);
    }

    @Test
    void aMemberThatIsNoReplica() {
        assertThatThrownBy(after(1, List.of(1), List.of(4))).isInstanceOf(Violation.class);
    }

    @Test
    void eligibleReplicasBesideEnoughInSync() {
        assertThatThrownBy(after(1, List.of(1, 2), List.of(3))).isInstanceOf(Violation.class);
    }

    @Test
    void aFencedBrokerInSync() {
        cluster.registered(2, 1, true);
        assertThatThrownBy(after(1, List.of(1, 2), List.of())).isInstanceOf(Violation.class);
    }

    @Test
    void aFencedBrokerMayBeEligible() {
        cluster.registered(2, 1, true);
        assertThatCode(after(1, List.of(1), List.of(2))).doesNotThrowAnyException();
    }
}
