package io.flotilla.chaos.simulation;

import io.flotilla.sim.run.Outcome;
import io.flotilla.sim.run.Simulation;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Runs seeds on some threads, each seed on one; some of them twice, to see that they do the same. */
final class SeedRun {
    private final Seeds seeds;
    private final int threads;
    private final int twiceOneIn;
    private final LongSupplier nanosLeft;
    private final AtomicReference<@Nullable Throwable> broken = new AtomicReference<>();

    /** @param nanosLeft no further seed begins once this is not positive */
    SeedRun(Seeds seeds, int threads, int twiceOneIn, LongSupplier nanosLeft) {
        this.seeds = seeds;
        this.threads = threads;
        this.twiceOneIn = twiceOneIn;
        this.nanosLeft = nanosLeft;
    }

    /**
     * Runs them; both hearers are called by one thread at a time.
     *
     * @param done hears of each seed's outcome
     * @param differs hears of a seed whose second run was another
     * @throws IllegalStateException when a worker broke off, so that seeds were left out
     */
    void run(Consumer<Outcome> done, Consumer<Outcome> differs) throws InterruptedException {
        List<Thread> workers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            Thread worker = new Thread(() -> work(done, differs), "seeds-" + i);
            worker.setUncaughtExceptionHandler((thread, failure) -> broken.compareAndSet(null, failure));
            workers.add(worker);
            worker.start();
        }
        for (Thread worker : workers) {
            worker.join();
        }
        Throwable failure = broken.get();
        if (failure != null) {
            throw new IllegalStateException("the simulator itself broke off", failure);
        }
    }

    private void work(Consumer<Outcome> done, Consumer<Outcome> differs) {
        long count = 0;
        while (nanosLeft.getAsLong() > 0) {
            OptionalLong seed = seeds.next();
            if (seed.isEmpty()) {
                return;
            }
            Outcome outcome = Simulation.outcome(seed.getAsLong(), null);
            boolean same = true;
            if (++count % twiceOneIn == 1 + twiceOneIn / 2) { // when the code for it is loaded
                Outcome again = Simulation.outcome(seed.getAsLong(), null);
                same = again.extent().equals(outcome.extent())
                        && again.counts().equals(outcome.counts())
                        && again.failure().isPresent() == outcome.failure().isPresent();
            }
            seeds.ran(outcome.isTelling());
            synchronized (this) {
                done.accept(outcome);
                if (!same) {
                    differs.accept(outcome);
                }
            }
        }
    }
}
