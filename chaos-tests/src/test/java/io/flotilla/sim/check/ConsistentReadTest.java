package io.flotilla.sim.check;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.model.id.PartitionId;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConsistentReadTest {
    private static final PartitionId PARTITION = HandMadeCluster.PARTITION;

    private final HandMadeCluster cluster = new HandMadeCluster();
    private final ConsistentRead predicate = new ConsistentRead(cluster);

    private void served(int server, long offset, long value, long highWatermark) {
        predicate.served(PARTITION, server, offset, value, highWatermark);
        cluster.ghosts.served(PARTITION, server, offset, value, highWatermark);
    }

    @Test
    void theSameIsServedTwice() {
        served(1, 3, 77, 4);
        assertThatCode(() -> served(2, 3, 77, 9)).doesNotThrowAnyException();
    }

    @Test
    void somethingElseIsServed() {
        served(1, 3, 77, 4);
        assertThatThrownBy(() -> served(2, 3, 78, 9)).isInstanceOf(Violation.class);
    }

    @Test
    void anOffsetAtTheHighWatermarkIsServed() {
        assertThatThrownBy(() -> served(1, 4, 77, 4)).isInstanceOf(Violation.class);
    }

    @Test
    void somethingElseWasCommitted() {
        cluster.replica(1).stores(new WrittenBatches().batch(1, 5, 6).log());
        cluster.ghosts.committed(cluster.replica(1), 0, 2);
        assertThatCode(() -> served(1, 1, 6, 2)).doesNotThrowAnyException();
        assertThatThrownBy(() -> served(1, 0, 6, 2)).isInstanceOf(Violation.class);
    }

    @Test
    void whatWasServedIsGoneInTheEnd() {
        served(1, 0, 5, 1);
        cluster.replica(1)
                .leads(1, List.of(1, 2), 1, 1)
                .stores(new WrittenBatches().batch(1, 5).log());
        assertThatCode(() -> predicate.healed(cluster)).doesNotThrowAnyException();
        cluster.replica(1).stores(new WrittenBatches().batch(1, 6).log());
        assertThatThrownBy(() -> predicate.healed(cluster)).isInstanceOf(Violation.class);
    }

    @Test
    void aReaderIsToldThatTheLogEndsWhereItWasServedTo() {
        assertThatThrownBy(() -> predicate.outOfRange(PARTITION, 1, 4)).isInstanceOf(Violation.class);
    }

    @Test
    void aReaderStoodAtWhatSomebodyDeleted() {
        cluster.ghosts.deleting(PARTITION, 5);
        assertThatCode(() -> predicate.outOfRange(PARTITION, 1, 4)).doesNotThrowAnyException();
    }
}
