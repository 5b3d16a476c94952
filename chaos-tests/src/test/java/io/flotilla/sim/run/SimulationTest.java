package io.flotilla.sim.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A few seeds of the simulator; {@code scripts/simulate.sh} runs many. */
class SimulationTest {
    private static final Map<Long, Outcome> OUTCOMES = new ConcurrentHashMap<>();

    private static Outcome outcome(long seed) {
        return OUTCOMES.computeIfAbsent(seed, SimulationTest::run);
    }

    private static Outcome run(long seed) {
        return new Simulation(seed, null).run();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void theRulesOfReplicationHold(long seed) {
        Outcome outcome = outcome(seed);
        assertThat(outcome.failure()).as("seed %d", seed).isEmpty();
        assertThat(outcome.isTelling()).as("%s", outcome).isTrue();
    }

    @Test
    void twoRunsOfASeedAreTheSameToTheLastEvent() {
        Outcome second = run(3);
        assertThat(second.extent()).isEqualTo(outcome(3).extent());
        assertThat(second.counts()).isEqualTo(outcome(3).counts());
    }

    @Test
    void anotherSeedIsAnotherStory() {
        assertThat(outcome(2).extent().traceHash())
                .isNotEqualTo(outcome(1).extent().traceHash());
    }
}
