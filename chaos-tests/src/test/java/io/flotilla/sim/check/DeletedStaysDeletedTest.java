package io.flotilla.sim.check;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DeletedStaysDeletedTest {
    private final HandMadeCluster cluster = new HandMadeCluster();
    private final DeletedStaysDeleted predicate = new DeletedStaysDeleted();

    @BeforeEach
    void aLogThatBeginsAtTheBeginning() {
        cluster.replica(1).leads(1, List.of(1, 2), 3, 3);
        cluster.replica(2).follows(1, 3, 3);
        cluster.ghosts.deleting(HandMadeCluster.PARTITION, 2);
    }

    private void look() {
        predicate.afterEvent(cluster, cluster.replicasTouched(1, 2));
    }

    @Test
    void untilSomebodyIsToldItMayBeThere() {
        assertThatCode(this::look).doesNotThrowAnyException();
    }

    @Test
    void thenNoLeaderMayHaveIt() {
        cluster.ghosts.deleted(HandMadeCluster.PARTITION, 2);
        assertThatThrownBy(this::look).isInstanceOf(Violation.class).hasMessageContaining("all below 2 was deleted");
    }

    @Test
    void thenSomebodyElseMay() {
        cluster.ghosts.deleted(HandMadeCluster.PARTITION, 2);
        cluster.replica(1).follows(1, 3, 3);
        assertThatCode(this::look).doesNotThrowAnyException();
    }
}
