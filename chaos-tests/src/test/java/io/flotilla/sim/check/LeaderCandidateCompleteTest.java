package io.flotilla.sim.check;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LeaderCandidateCompleteTest {
    private final HandMadeCluster cluster = new HandMadeCluster();
    private final LeaderCandidateComplete predicate = new LeaderCandidateComplete();

    @BeforeEach
    void twoBatchesWereCommittedAndTheThirdReplicaIsInTheElr() {
        cluster.replica(1).leads(1, List.of(1), 3, 3);
        cluster.replica(1).stores(committed().log());
        cluster.ghosts.committed(cluster.replica(1), 0, 3);
        cluster.committed(HandMadeCluster.state(1, 1, 2, List.of(1), List.of(3)));
    }

    private static WrittenBatches committed() {
        return new WrittenBatches().batch(1, 7).batch(1, 8, 9);
    }

    private void look() {
        predicate.wholeLogs(cluster);
    }

    @Test
    void aCandidateHasAllAndMore() {
        cluster.replica(3).stores(committed().batch(1, 10).log());
        assertThatCode(this::look).doesNotThrowAnyException();
    }

    @Test
    void aCandidateEndsBefore() {
        cluster.replica(3).stores(new WrittenBatches().batch(1, 7).log());
        assertThatThrownBy(this::look).isInstanceOf(Violation.class);
    }

    @Test
    void aCandidateHasOthersThere() {
        cluster.replica(3)
                .stores(new WrittenBatches().batch(1, 7).batch(1, 8, 10).log());
        assertThatThrownBy(this::look).isInstanceOf(Violation.class);
    }

    @Test
    void aCandidateLostItsBeginning() {
        cluster.replica(3).stores(committed().logFrom(1));
        assertThatThrownBy(this::look).isInstanceOf(Violation.class);
    }

    @Test
    void whoMayNotLeadMayLackThem() {
        cluster.replica(2).stores(StoredLog.EMPTY);
        cluster.replica(3).stores(committed().log());
        assertThatCode(this::look).doesNotThrowAnyException();
    }
}
