package io.flotilla.sim.check;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class LogMatchingTest {
    private final HandMadeCluster cluster = new HandMadeCluster();
    private final LogMatching predicate = new LogMatching();

    private void look() {
        predicate.wholeLogs(cluster);
    }

    @Test
    void tailsOfDifferentEpochsMayDiffer() {
        cluster.replica(1)
                .stores(new WrittenBatches().batch(1, 1).batch(1, 2).batch(1, 3).log());
        cluster.replica(2)
                .stores(new WrittenBatches().batch(1, 1).batch(2, 4).batch(2, 5).log());
        cluster.replica(3).stores(new WrittenBatches().batch(1, 1).log());
        assertThatCode(this::look).doesNotThrowAnyException();
    }

    @Test
    void theSameEpochAtOneOffsetWithOtherRecords() {
        cluster.replica(1).stores(new WrittenBatches().batch(1, 1).batch(1, 2).log());
        cluster.replica(2).stores(new WrittenBatches().batch(1, 1).batch(1, 3).log());
        assertThatThrownBy(this::look).isInstanceOf(Violation.class);
    }

    @Test
    void theSameBatchAfterADifference() {
        cluster.replica(1)
                .stores(new WrittenBatches().batch(1, 1).batch(1, 2).batch(3, 9).log());
        cluster.replica(2)
                .stores(new WrittenBatches().batch(1, 1).batch(2, 2).batch(3, 9).log());
        assertThatThrownBy(this::look).isInstanceOf(Violation.class);
    }

    @Test
    void aDifferenceThatBothTakeForCommitted() {
        cluster.replica(1)
                .follows(3, 2, 2)
                .stores(new WrittenBatches().batch(1, 1).batch(1, 2).log());
        cluster.replica(2)
                .follows(3, 2, 2)
                .stores(new WrittenBatches().batch(1, 1).batch(2, 4).log());
        assertThatThrownBy(this::look).isInstanceOf(Violation.class);
    }

    @Test
    void aDifferenceThatOneTakesForCommitted() {
        cluster.replica(1)
                .follows(3, 2, 1)
                .stores(new WrittenBatches().batch(1, 1).batch(1, 2).log());
        cluster.replica(2)
                .follows(3, 2, 2)
                .stores(new WrittenBatches().batch(1, 1).batch(2, 4).log());
        assertThatCode(this::look).doesNotThrowAnyException();
    }
}
