package io.flotilla.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Partitions, loops and logs under faults drawn by a seed: no acknowledged record is lost, none stands twice, replicas
 * agree, and after healing the cluster is whole again. More seeds: {@code -Dflotilla.sim.seeds=500}; one:
 * {@code -Dflotilla.sim.seed=17}.
 */
class ReplicationSimulationTest {
    private static final long FAULTS_MS = 25_000;
    private static final long HEALING_MS = 15_000;

    static LongStream seeds() {
        Long one = Long.getLong("flotilla.sim.seed");
        return one != null ? LongStream.of(one) : LongStream.rangeClosed(1, Long.getLong("flotilla.sim.seeds", 10));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void nothingAcknowledgedIsLost(long seed) {
        SimWorld world = new SimWorld(seed);
        try {
            run(world);
        } catch (AssertionError | RuntimeException failure) {
            throw new AssertionError(
                    "seed " + seed + ", event " + world.eventsRun() + ": -Dflotilla.sim.seed=" + seed, failure);
        }
    }

    private static void run(SimWorld world) {
        List<SimProducer> producers = new ArrayList<>(List.of(new SimProducer(world, 1), new SimProducer(world, 2)));
        SimReader reader = new SimReader(world);
        world.runFor(1_000);
        producers.forEach(SimProducer::next);
        reader.next();
        world.runFor(1_000);
        world.disturb();
        world.runFor(FAULTS_MS);
        world.heal();
        producers.forEach(SimProducer::stop);
        world.runFor(HEALING_MS);

        assertThat(producers).allMatch(SimProducer::isDone);
        world.checker.atTheEnd();
        assertThat(world.checker.acknowledgedCount()).as("acknowledged records").isGreaterThan(100);
        assertThat(world.checker.readCount()).as("records read").isGreaterThan(50);
        assertThat(reader.endsTold()).as("ends told").isGreaterThan(5);
        assertThat(world.controller.leaderChanges()).as("leader changes").isGreaterThanOrEqualTo(2);
    }
}
