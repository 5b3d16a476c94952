package io.flotilla.chaos.mutant;

import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;

/** One mutant before the simulator: seed after seed, until one fails that holds without it. One thread at a time. */
final class MutantTrial {
    /** The same seeds without a mutant: what fails there, too, says nothing about one. */
    private static final LongFunction<List<String>> UNCHANGED = new MutatedSeed();

    private final Mutant mutant;
    private final Map<String, byte[]> changed;
    private final long first;
    private long seeds;
    private String predicate = "";

    /**
     * @param changed the mutant's classes
     * @param first seed to begin with
     */
    MutantTrial(Mutant mutant, Map<String, byte[]> changed, long first) {
        this.mutant = mutant;
        this.changed = changed;
        this.first = first;
    }

    /** Runs so many more seeds, fewer when one of them fails. */
    void run(long count) {
        LongFunction<List<String>> seedRun = seedRun(new MutantLoader(changed));
        for (long i = 0; i < count && !isCaught(); i++) {
            long seed = first + seeds;
            List<String> failure = seedRun.apply(seed);
            seeds++;
            boolean caught = !failure.isEmpty() && UNCHANGED.apply(seed).isEmpty();
            predicate = caught ? failure.get(0) : "";
        }
    }

    /** A run of seeds that sees the mutant's classes; only types of the JDK pass between there and here. */
    @SuppressWarnings("unchecked")
    private static LongFunction<List<String>> seedRun(MutantLoader loader) {
        try {
            return (LongFunction<List<String>>) loader.loadClass(MutatedSeed.class.getName())
                    .getDeclaredConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("a mutant's classes do not fit the simulator", e);
        }
    }

    Mutant mutant() {
        return mutant;
    }

    /** How many seeds were run; the last of them failed, if it is caught. */
    long seeds() {
        return seeds;
    }

    boolean isCaught() {
        return !predicate.isEmpty();
    }

    /** What caught it: a predicate, or the kind of exception that a part let through; empty while nothing has. */
    String predicate() {
        return predicate;
    }
}
