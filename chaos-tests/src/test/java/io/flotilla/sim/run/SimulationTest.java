package io.flotilla.sim.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A few seeds of the simulator; {@code scripts/simulate.sh} runs many. */
class SimulationTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void theRulesOfReplicationHold(long seed) {
        Outcome outcome = new Simulation(seed, null).run();
        assertThat(outcome.failure()).as("seed %d", seed).isEmpty();
        assertThat(outcome.isTelling()).as("%s", outcome).isTrue();
    }

    @Test
    void twoRunsOfASeedAreTheSameToTheLastEvent() {
        Outcome first = new Simulation(7, null).run();
        Outcome second = new Simulation(7, null).run();
        assertThat(second.extent()).isEqualTo(first.extent());
        assertThat(second.counts()).isEqualTo(first.counts());
    }

    @Test
    void anotherSeedIsAnotherStory() {
        Outcome first = new Simulation(8, null).run();
        Outcome second = new Simulation(9, null).run();
        assertThat(second.extent().traceHash()).isNotEqualTo(first.extent().traceHash());
    }
}
