package io.flotilla.sim.check;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class EndOffsetCurrentTest {
    private final HandMadeCluster cluster = new HandMadeCluster();
    private final EndOffsetCurrent predicate = new EndOffsetCurrent(cluster);

    @Test
    void theEndCoversWhatWasAcknowledged() {
        assertThatCode(() -> predicate.endTold(HandMadeCluster.PARTITION, 1, 5, 5))
                .doesNotThrowAnyException();
    }

    @Test
    void theEndOfADeposedLeader() {
        assertThatThrownBy(() -> predicate.endTold(HandMadeCluster.PARTITION, 1, 4, 5))
                .isInstanceOf(Violation.class);
    }

    @Test
    void afterMoreLossesThanPromisedItMayGoBack() {
        cluster.mustKeep = false;
        assertThatCode(() -> predicate.endTold(HandMadeCluster.PARTITION, 1, 4, 5))
                .doesNotThrowAnyException();
    }
}
