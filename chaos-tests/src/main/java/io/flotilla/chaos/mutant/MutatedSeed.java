package io.flotilla.chaos.mutant;

import io.flotilla.sim.run.Simulation;
import java.util.List;
import java.util.function.LongFunction;

/**
 * Runs one seed of the simulator, among whatever classes it was loaded with: answers what failed and what was seen, or
 * nothing. A class loader of a mutant's makes one; each is one thread's.
 */
public final class MutatedSeed implements LongFunction<List<String>> {
    @Override
    public List<String> apply(long seed) {
        return Simulation.outcome(seed, null)
                .failure()
                .map(failure -> List.of(failure.predicate(), failure.seen()))
                .orElse(List.of());
    }
}
