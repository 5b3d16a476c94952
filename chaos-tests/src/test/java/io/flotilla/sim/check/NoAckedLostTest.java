package io.flotilla.sim.check;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.broker.partition.PartitionStatus.Role;
import io.flotilla.model.image.Durability;
import io.flotilla.model.image.PartitionState;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NoAckedLostTest {
    private final HandMadeCluster cluster = new HandMadeCluster();
    private final NoAckedLost predicate = new NoAckedLost(cluster);

    @BeforeEach
    void twoRecordsAreAcknowledged() {
        cluster.ghosts.acked(HandMadeCluster.PARTITION, new AckedRecord(7, 0, 1, Durability.SYNCED, 0));
        cluster.ghosts.acked(HandMadeCluster.PARTITION, new AckedRecord(8, 1, 1, Durability.SYNCED, 0));
        for (int id = 1; id <= 3; id++) {
            cluster.replica(id).is(Role.FOLLOWER, 1, 2, 2).stores(log());
        }
    }

    private static StoredLog log() {
        return new WrittenBatches().batch(1, 7).batch(1, 8).log();
    }

    private static StoredLog half() {
        return new WrittenBatches().batch(1, 7).log();
    }

    private void look() {
        predicate.healed(cluster);
    }

    @Test
    void allHaveAll() {
        assertThatCode(this::look).doesNotThrowAnyException();
    }

    @Test
    void aMemberOfTheIsrLacksOne() {
        cluster.replica(2).stores(half());
        assertThatThrownBy(this::look).isInstanceOf(Violation.class);
    }

    @Test
    void aMemberOfTheIsrLostItsBeginning() {
        cluster.replica(2).stores(new WrittenBatches().batch(1, 7).batch(1, 8).logFrom(1));
        assertThatThrownBy(this::look).isInstanceOf(Violation.class);
    }

    @Test
    void whatSomebodyWantedDeletedMayBeGoneAndNoMore() {
        cluster.ghosts.deleting(HandMadeCluster.PARTITION, 1);
        cluster.replica(2).stores(new WrittenBatches().batch(1, 7).batch(1, 8).logFrom(1));
        assertThatCode(this::look).doesNotThrowAnyException();
        cluster.replica(2).stores(half());
        assertThatThrownBy(this::look).isInstanceOf(Violation.class);
    }

    /** The only one in sync lost its directory, and nobody leads the others on. */
    @Test
    void aReplicaThatIsOutOfSyncMayLag() {
        cluster.committed(HandMadeCluster.state(PartitionState.NO_LEADER, 2, 2, List.of(), List.of()));
        cluster.replica(1).stores(half());
        cluster.replica(2).stores(half());
        assertThatCode(this::look).doesNotThrowAnyException();
    }

    @Test
    void noReplicaAtAllHasIt() {
        cluster.committed(HandMadeCluster.state(PartitionState.NO_LEADER, 2, 2, List.of(), List.of()));
        List.of(1, 2, 3).forEach(id -> cluster.replica(id).stores(half()));
        assertThatThrownBy(this::look).isInstanceOf(Violation.class);
    }

    @Test
    void theDiskThatHadItWasTakenAway() {
        cluster.replaced = true;
        cluster.committed(HandMadeCluster.state(PartitionState.NO_LEADER, 2, 2, List.of(), List.of()));
        List.of(1, 2, 3).forEach(id -> cluster.replica(id).stores(half()));
        assertThatCode(this::look).doesNotThrowAnyException();
    }
}
