package io.flotilla.sim.check;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class MetadataPrefixTest {
    private final HandMadeCluster cluster = new HandMadeCluster();
    private final MetadataPrefix predicate = new MetadataPrefix();

    private void touched() {
        predicate.afterEvent(cluster, cluster.nodesTouched(2));
    }

    @Test
    void aBrokerMayLieBehind() {
        cluster.node(2).applied = cluster.image();
        cluster.committed(HandMadeCluster.state(1, 1, 2, List.of(1), List.of()));
        assertThatCode(this::touched).doesNotThrowAnyException();
    }

    @Test
    void aBrokerHasWhatNeverWas() {
        cluster.committed(HandMadeCluster.state(1, 1, 2, List.of(1), List.of()));
        cluster.node(2).applied = cluster.at(cluster.image().revision() - 1)
                .orElseThrow()
                .withRevision(cluster.image().revision());
        assertThatThrownBy(this::touched).isInstanceOf(Violation.class);
    }

    @Test
    void aBrokerIsAheadOfTheController() {
        cluster.node(2).applied = cluster.image().withRevision(cluster.image().revision() + 1);
        assertThatThrownBy(this::touched).isInstanceOf(Violation.class);
    }

    @Test
    void aBrokerGoesBack() {
        cluster.node(2).applied = cluster.image();
        touched();
        cluster.node(2).applied = cluster.at(cluster.image().revision() - 1).orElseThrow();
        assertThatThrownBy(this::touched).isInstanceOf(Violation.class);
    }

    @Test
    void anotherRunBeginsAnew() {
        cluster.node(2).applied = cluster.image();
        touched();
        cluster.node(2).run = 2;
        cluster.node(2).applied = cluster.at(1).orElseThrow();
        assertThatCode(this::touched).doesNotThrowAnyException();
    }
}
