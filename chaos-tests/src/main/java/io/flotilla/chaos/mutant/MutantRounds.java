package io.flotilla.chaos.mutant;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Runs mutants in rounds, each twice as long as the one before, so that most are caught early whatever the hardest of
 * them takes, and no more than a few have their classes loaded at a time.
 */
final class MutantRounds {
    private static final long FIRST_ROUND_SEEDS = 2;

    private final List<MutantTrial> trials;
    private final int threads;
    private final LongSupplier nanosLeft;

    /** @param nanosLeft no further mutant's turn begins once this is not positive */
    MutantRounds(List<MutantTrial> trials, int threads, LongSupplier nanosLeft) {
        this.trials = List.copyOf(trials);
        this.threads = threads;
        this.nanosLeft = nanosLeft;
    }

    /**
     * Runs until all are caught, have had their seeds, or the time is over.
     *
     * @param caught hears of each as it is caught
     */
    void run(long seedsMax, Consumer<MutantTrial> caught) throws InterruptedException {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<MutantTrial> left = trials;
            for (long round = FIRST_ROUND_SEEDS; !left.isEmpty() && nanosLeft.getAsLong() > 0; round *= 2) {
                runRound(pool, left, round, new Report(seedsMax, caught));
                left = left.stream()
                        .filter(trial -> !trial.isCaught() && trial.seeds() < seedsMax)
                        .toList();
            }
        } finally {
            pool.shutdownNow();
        }
    }

    private record Report(long seedsMax, Consumer<MutantTrial> caught) {}

    private void runRound(ExecutorService pool, List<MutantTrial> left, long round, Report report)
            throws InterruptedException {
        ExecutorCompletionService<MutantTrial> running = new ExecutorCompletionService<>(pool);
        List<MutantTrial> begun = new ArrayList<>();
        for (MutantTrial trial : left) {
            begun.add(trial);
            running.submit(() -> {
                if (nanosLeft.getAsLong() > 0) {
                    trial.run(Math.min(round, report.seedsMax() - trial.seeds()));
                }
                return trial;
            });
        }
        for (int i = 0; i < begun.size(); i++) {
            try {
                MutantTrial trial = running.take().get();
                if (trial.isCaught()) {
                    report.caught().accept(trial);
                }
            } catch (ExecutionException e) {
                throw new IllegalStateException("a mutant could not be run", e.getCause());
            }
        }
    }
}
