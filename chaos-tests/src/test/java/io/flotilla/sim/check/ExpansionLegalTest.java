package io.flotilla.sim.check;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Broker 1 leads epoch 2, which began at 10; broker 3 is to join. */
class ExpansionLegalTest {
    private final HandMadeCluster cluster = new HandMadeCluster();
    private final ExpansionLegal predicate = new ExpansionLegal();

    @BeforeEach
    void twoAreInSync() {
        cluster.committed(HandMadeCluster.state(1, 2, 2, List.of(1, 2), List.of()));
        cluster.replica(1).leads(2, List.of(1, 2), 10, 5);
        predicate.afterEvent(cluster, cluster.replicasTouched(1));
        predicate.afterEvent(cluster, cluster.controllerTouched());
    }

    private void follows(int epoch, long holds) {
        cluster.replica(3).follows(epoch, holds, 0);
        predicate.afterEvent(cluster, cluster.replicasTouched(3));
    }

    private void joins() {
        cluster.committed(HandMadeCluster.state(1, 2, 3, List.of(1, 2, 3), List.of()));
        predicate.afterEvent(cluster, cluster.controllerTouched());
    }

    @Test
    void itHasAllThatTheEpochBeganWith() {
        follows(2, 10);
        assertThatCode(this::joins).doesNotThrowAnyException();
    }

    @Test
    void itHasOneTooFew() {
        follows(2, 9);
        assertThatThrownBy(this::joins).isInstanceOf(Violation.class);
    }

    @Test
    void itHasNotFollowedInThisEpoch() {
        follows(1, 10);
        assertThatThrownBy(this::joins).isInstanceOf(Violation.class);
    }

    @Test
    void itHasRestartedSince() {
        follows(2, 10);
        cluster.registered(3, 2, false);
        assertThatThrownBy(this::joins).isInstanceOf(Violation.class);
    }

    @Test
    void itHasRestartedAndFollowedAgain() {
        follows(2, 10);
        cluster.registered(3, 2, false);
        cluster.node(3).run = 2;
        follows(2, 10);
        assertThatCode(this::joins).doesNotThrowAnyException();
    }

    @Test
    void itIsFenced() {
        follows(2, 10);
        cluster.registered(3, 1, true);
        assertThatThrownBy(this::joins).isInstanceOf(Violation.class);
    }

    @Test
    void moreIsCommittedThanItHas() {
        follows(2, 10);
        cluster.replica(1)
                .stores(new WrittenBatches()
                        .batch(2, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
                        .log());
        cluster.ghosts.committed(cluster.replica(1), 0, 11);
        assertThatThrownBy(this::joins).isInstanceOf(Violation.class);
    }

    @Test
    void anElectionIsNoExpansion() {
        cluster.committed(HandMadeCluster.state(3, 3, 3, List.of(1, 2, 3), List.of()));
        assertThatCode(() -> predicate.afterEvent(cluster, cluster.controllerTouched()))
                .doesNotThrowAnyException();
    }
}
