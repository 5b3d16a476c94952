package io.flotilla.sim.check;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProducerStateTest {
    private final HandMadeCluster cluster = new HandMadeCluster();
    private final ProducerState predicate = new ProducerState();

    /** Two producers, one of which wrote more batches than are remembered. */
    private static WrittenBatches twoProducers() {
        WrittenBatches batches = new WrittenBatches().from(8, 0, 100);
        for (int sequence = 0; sequence < 14; sequence += 2) {
            batches.from(7, sequence, sequence, sequence + 1);
        }
        return batches;
    }

    private void look() {
        predicate.wholeLogs(cluster);
    }

    @Test
    void allThatIsStoredIsKnown() {
        cluster.replica(1).follows(1, 15, 0).stores(twoProducers().log()).log =
                Optional.of(RealLog.with(twoProducers()));
        assertThatCode(this::look).doesNotThrowAnyException();
    }

    @Test
    void aBatchIsStoredThatTheLogDoesNotKnow() {
        cluster.replica(1)
                .follows(1, 17, 0)
                .stores(twoProducers().from(7, 14, 14, 15).log())
                .log = Optional.of(RealLog.with(twoProducers().batch(1, 14, 15)));
        assertThatThrownBy(this::look).isInstanceOf(Violation.class);
    }

    @Test
    void theLogKnowsAProducerWhoseBatchesAreGone() {
        cluster.replica(1).follows(1, 16, 0).stores(twoProducers().batch(1, 200).log()).log =
                Optional.of(RealLog.with(twoProducers().from(9, 0, 200)));
        assertThatThrownBy(this::look).isInstanceOf(Violation.class);
    }

    @Test
    void aSequenceIsLeftOut() {
        cluster.replica(1)
                .stores(new WrittenBatches().from(7, 0, 1, 2).from(7, 3, 4).log());
        assertThatThrownBy(this::look).isInstanceOf(Violation.class);
    }

    @Test
    void aSequenceStandsTwice() {
        cluster.replica(1)
                .stores(new WrittenBatches().from(7, 0, 1, 2).from(7, 0, 1, 2).log());
        assertThatThrownBy(this::look).isInstanceOf(Violation.class);
    }

    @Test
    void producersDoNotDisturbEachOther() {
        cluster.replica(1)
                .stores(new WrittenBatches()
                        .from(7, 0, 1)
                        .from(8, 0, 2)
                        .from(7, 1, 3)
                        .log());
        assertThatCode(this::look).doesNotThrowAnyException();
    }
}
