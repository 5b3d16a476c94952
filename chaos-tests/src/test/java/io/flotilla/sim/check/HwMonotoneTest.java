package io.flotilla.sim.check;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HwMonotoneTest {
    private final HandMadeCluster cluster = new HandMadeCluster();
    private final HwMonotone predicate = new HwMonotone();

    private void touched() {
        predicate.afterEvent(cluster, cluster.replicasTouched(2));
    }

    @BeforeEach
    void fiveOffsetsAreCommitted() {
        cluster.replica(2).follows(1, 9, 5);
        touched();
    }

    @Test
    void itRises() {
        cluster.replica(2).follows(1, 9, 6);
        assertThatCode(this::touched).doesNotThrowAnyException();
    }

    @Test
    void itGoesBack() {
        cluster.replica(2).follows(1, 9, 4);
        assertThatThrownBy(this::touched).isInstanceOf(Violation.class);
    }

    @Test
    void aNewEpochMayBeginLower() {
        cluster.replica(2).follows(2, 9, 4);
        assertThatCode(this::touched).doesNotThrowAnyException();
    }

    @Test
    void aNewRunMayBeginLower() {
        cluster.node(2).run = 2;
        cluster.replica(2).follows(1, 9, 4);
        assertThatCode(this::touched).doesNotThrowAnyException();
    }
}
