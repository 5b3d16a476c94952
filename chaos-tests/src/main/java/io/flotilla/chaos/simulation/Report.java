package io.flotilla.chaos.simulation;

import io.flotilla.sim.fault.Swarm;
import io.flotilla.sim.run.Outcome;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;

/** What all seeds of a run showed, for people: as each failure comes, and altogether at the end. */
final class Report {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double NANOS_PER_HOUR = 3_600e9;

    private final PrintWriter out;
    private final LongSupplier clock;
    private final long begunNanos;
    private final List<Outcome> outcomes = new ArrayList<>();
    private final List<Outcome> failed = new ArrayList<>();
    private final List<Long> different = new ArrayList<>();

    /** @param clock nanoseconds of the machine */
    Report(PrintWriter out, LongSupplier clock) {
        this.out = out;
        this.clock = clock;
        this.begunNanos = clock.getAsLong();
    }

    /** A seed is through. */
    void take(Outcome outcome) {
        outcomes.add(outcome);
        if (outcome.failure().isPresent()) {
            failed.add(outcome);
            describe(outcome).forEach(out::println);
        }
    }

    /** A seed's second run was not like its first. */
    void differs(Outcome outcome) {
        different.add(outcome.seed());
        out.println("seed " + outcome.seed() + ": two runs of it differ, so that it could not be looked at again");
    }

    /** Seeds in which something did not hold. */
    List<Outcome> failed() {
        return failed;
    }

    /** Whether each seed that was run twice did the same. */
    boolean holds() {
        return !outcomes.isEmpty() && different.isEmpty();
    }

    private long telling() {
        return outcomes.stream().filter(Outcome::isTelling).count();
    }

    /** One seed in a few lines. */
    static List<String> describe(Outcome outcome) {
        List<String> lines = new ArrayList<>();
        String extent = String.format(
                Locale.ROOT,
                "%,d events in %.1f simulated seconds, %d acknowledged, %d leader changes, faults %s",
                outcome.extent().events(),
                outcome.extent().simulatedNanos() / NANOS_PER_SECOND,
                outcome.counts().getOrDefault(Outcome.ACKED, 0L),
                outcome.counts().getOrDefault(Outcome.LEADER_CHANGES, 0L),
                outcome.faults());
        lines.add("seed " + outcome.seed() + ": " + extent);
        outcome.failure().ifPresent(failure -> {
            lines.add(String.format(
                    Locale.ROOT,
                    "seed %d FAILED after %.3f s: %s: %s",
                    outcome.seed(),
                    failure.atNanos() / NANOS_PER_SECOND,
                    failure.predicate(),
                    failure.seen()));
            Arrays.stream(failure.cause().getStackTrace()).limit(6).forEach(frame -> lines.add("    at " + frame));
            lines.add("  again: scripts/simulate.sh --seeds 1 --from " + outcome.seed() + " --trace");
        });
        return lines;
    }

    /** All of them together. */
    void print(int threads) {
        double seconds = (clock.getAsLong() - begunNanos) / NANOS_PER_SECOND;
        long events = sum(outcome -> outcome.extent().events());
        double hours = sum(outcome -> outcome.extent().simulatedNanos()) / NANOS_PER_HOUR;
        out.printf(Locale.ROOT, "%n%-44s %12s %12s %12s%n", "per seed", "least", "median", "most");
        row("events", outcome -> outcome.extent().events());
        TreeSet<String> names = new TreeSet<>();
        outcomes.forEach(outcome -> names.addAll(outcome.counts().keySet()));
        names.forEach(name -> row(name, outcome -> outcome.counts().getOrDefault(name, 0L)));
        row("kinds of fault", outcome -> outcome.faults().size());
        row(
                "faults",
                outcome -> outcome.faults().values().stream()
                        .mapToInt(Integer::intValue)
                        .sum());
        for (String kind : Swarm.kinds()) {
            row("  " + kind, outcome -> outcome.faults().getOrDefault(kind, 0));
        }
        out.printf(
                Locale.ROOT,
                "%nsimulated %.2f hours in %.0f s on %d threads: %,.0f events/s per thread, %.2f simulated hours per"
                        + " thread-minute%n",
                hours,
                seconds,
                threads,
                events / seconds / threads,
                hours / seconds / threads * 60);
        out.printf(
                Locale.ROOT,
                "seeds: %d, telling: %d, failed: %d%s%n",
                outcomes.size(),
                telling(),
                failed.size(),
                different.isEmpty() ? "" : ", not repeatable: " + different);
        byPredicate();
    }

    private void byPredicate() {
        Map<String, List<Long>> found = new TreeMap<>();
        failed.forEach(outcome -> outcome.failure()
                .ifPresent(failure -> found.computeIfAbsent(failure.predicate(), name -> new ArrayList<>())
                        .add(outcome.seed())));
        found.forEach((predicate, seeds) -> out.println("  " + predicate + ": seeds " + seeds));
        out.flush();
    }

    private long sum(ToLongFunction<Outcome> number) {
        return outcomes.stream().mapToLong(number).sum();
    }

    private void row(String name, ToLongFunction<Outcome> number) {
        long[] sorted = outcomes.stream().mapToLong(number).sorted().toArray();
        if (sorted.length > 0) {
            out.printf(
                    Locale.ROOT,
                    "%-44s %,12d %,12d %,12d%n",
                    name,
                    sorted[0],
                    sorted[sorted.length / 2],
                    sorted[sorted.length - 1]);
        }
    }
}
