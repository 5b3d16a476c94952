package io.flotilla.broker.group;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/**
 * Members, topics and coordinators that come, go and break as seeds draw it; see {@link ModelChecks} for what must
 * hold.
 */
class GroupModelTest {
    private static final int SEEDS = Integer.getInteger("group.model.seeds", 40);
    private static final int STEPS = 1_000;
    /** Long enough for every session and every rebalance to time out. */
    private static final int CALM_ROUNDS_MAX = 120;

    @Test
    void whatHoldsOfGroupsHoldsWhateverHappens() {
        int accepted = 0;
        int refused = 0;
        int settled = 0;
        for (long seed = Integer.getInteger("group.model.from", 1); seed <= SEEDS; seed++) {
            ModelWorld world = new ModelWorld(seed);
            try {
                for (int step = 0; step < STEPS; step++) {
                    world.happen();
                }
                int rounds = world.calm(CALM_ROUNDS_MAX);
                assertThat(rounds).as("rounds until nothing moves").isLessThan(CALM_ROUNDS_MAX);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
            }
            accepted += world.checks.commitsAccepted;
            refused += world.checks.commitsRefused;
            settled += world.checks.settledGroups;
        }
        assertThat(accepted).as("commits accepted").isGreaterThan(SEEDS * 10);
        assertThat(refused).as("commits refused").isGreaterThan(SEEDS * 5);
        assertThat(settled).as("moments with a stable group").isGreaterThan(SEEDS * 20);
    }
}
