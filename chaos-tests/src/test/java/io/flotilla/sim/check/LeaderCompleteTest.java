package io.flotilla.sim.check;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LeaderCompleteTest {
    private final HandMadeCluster cluster = new HandMadeCluster();
    private final LeaderComplete predicate = new LeaderComplete();

    @BeforeEach
    void twoBatchesWereCommitted() {
        cluster.replica(1).leads(1, List.of(1, 2), 3, 3);
        cluster.replica(1)
                .stores(new WrittenBatches().batch(1, 7).batch(1, 8, 9).log());
        cluster.ghosts.committed(cluster.replica(1), 0, 3);
        cluster.committed(HandMadeCluster.state(2, 2, 2, List.of(2, 3), List.of()));
    }

    private void look() {
        predicate.afterEvent(cluster, cluster.replicasTouched(1, 2));
        predicate.wholeLogs(cluster);
    }

    @Test
    void theNextLeaderHasThemAndMore() {
        cluster.replica(2).leads(2, List.of(2, 3), 4, 3);
        cluster.replica(2)
                .stores(new WrittenBatches()
                        .batch(1, 7)
                        .batch(1, 8, 9)
                        .batch(2, 10)
                        .log());
        assertThatCode(this::look).doesNotThrowAnyException();
    }

    @Test
    void theNextLeaderEndsBeforeThem() {
        cluster.replica(2).leads(2, List.of(2, 3), 1, 1);
        cluster.replica(2).stores(new WrittenBatches().batch(1, 7).log());
        assertThatThrownBy(this::look).isInstanceOf(Violation.class);
    }

    @Test
    void theNextLeaderHasOthersThere() {
        cluster.replica(2).leads(2, List.of(2, 3), 3, 1);
        cluster.replica(2)
                .stores(new WrittenBatches().batch(1, 7).batch(1, 8, 10).log());
        assertThatThrownBy(this::look).isInstanceOf(Violation.class);
    }

    @Test
    void theNextLeaderLostItsBeginning() {
        cluster.replica(2).leads(2, List.of(2, 3), 3, 3);
        cluster.replica(2)
                .stores(new WrittenBatches().batch(1, 7).batch(1, 8, 9).logFrom(1));
        assertThatThrownBy(this::look).isInstanceOf(Violation.class);
    }

    @Test
    void theLeaderBeforeMayBeShort() {
        cluster.replica(1).leads(1, List.of(1, 2), 1, 1);
        cluster.replica(1).stores(new WrittenBatches().batch(1, 7).log());
        assertThatCode(this::look).doesNotThrowAnyException();
    }

    @Test
    void afterMoreLossesThanPromisedNothingIsPromised() {
        cluster.mustKeep = false;
        cluster.replica(2).leads(2, List.of(2, 3), 0, 0);
        assertThatCode(this::look).doesNotThrowAnyException();
    }
}
