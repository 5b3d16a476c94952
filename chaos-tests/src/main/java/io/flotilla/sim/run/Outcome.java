package io.flotilla.sim.run;

import io.flotilla.sim.check.Violation;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What became of one seed.
 *
 * @param extent how much ran
 * @param counts of what happened, by name
 * @param faults that struck, by kind
 * @param failure what was wrong; empty when nothing was
 */
public record Outcome(
        long seed, Extent extent, Map<String, Long> counts, Map<String, Integer> faults, Optional<Failure> failure) {
    /** Name of the count of acknowledged records. */
    public static final String ACKED = "records acknowledged";
    /** Name of the count of leaderships that another broker had had before. */
    public static final String LEADER_CHANGES = "leader changes, to another broker";

    static final String JUDGED = "records acknowledged for good";
    static final String PROMISED = "partitions that must be whole in the end";
    static final String ACKED_UNDER_FAULTS = "while faults struck: acknowledged for good";
    static final String LEADER_CHANGES_UNDER_FAULTS = "while faults struck: leader changes";
    static final String CHANGES_UNDER_FAULTS = "while faults struck: events that changed something";

    private static final long EVENTS_MIN = 10_000;
    private static final long CHANGES_MIN = 500;
    private static final long ACKED_MIN = 300;
    private static final long LEADER_CHANGES_MIN = 2;
    private static final int FAULT_KINDS_MIN = 3;

    public Outcome {
        counts = new TreeMap<>(counts);
        faults = new TreeMap<>(faults);
    }

    /** How much ran: events, simulated time, and the hash of all that happened. */
    public record Extent(long events, long simulatedNanos, long traceHash) {}

    /**
     * What was wrong.
     *
     * @param predicate that did not hold, or the kind of exception that a part let through
     * @param seen what it saw
     * @param atNanos simulated time
     * @param cause where it was seen
     */
    public record Failure(String predicate, String seen, long atNanos, Throwable cause) {
        static Failure of(Throwable cause, long atNanos) {
            String predicate = cause instanceof Violation violation
                    ? violation.predicate()
                    : cause.getClass().getSimpleName();
            return new Failure(predicate, String.valueOf(cause.getMessage()), atNanos, cause);
        }
    }

    /** Whether so much happened while faults struck that the seed says something. */
    public boolean isTelling() {
        return extent.events() >= EVENTS_MIN
                && counts.getOrDefault(CHANGES_UNDER_FAULTS, 0L) >= CHANGES_MIN
                && counts.getOrDefault(ACKED_UNDER_FAULTS, 0L) >= ACKED_MIN
                && counts.getOrDefault(PROMISED, 0L) > 0
                && counts.getOrDefault(LEADER_CHANGES_UNDER_FAULTS, 0L) >= LEADER_CHANGES_MIN
                && faults.size() >= FAULT_KINDS_MIN;
    }
}
