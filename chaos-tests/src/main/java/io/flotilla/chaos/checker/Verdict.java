package io.flotilla.chaos.checker;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;

/**
 * What the checker makes of a history.
 *
 * @param counts how many anomalies of each kind that is not legal
 * @param examples the first few of each kind
 */
public record Verdict(Map<AnomalyKind, Integer> counts, List<Anomaly> examples, Statistics statistics) {
    private static final double SECOND = 1e9;

    /** Whether nothing is wrong. */
    public boolean holds() {
        return counts.isEmpty();
    }

    /** Prints numbers, anomalies and, last, the verdict. */
    public void print(PrintWriter out) {
        Statistics.Gap gap = statistics.longestGap();
        out.printf(
                "acks        %,d records acknowledged, %,d unknown, %,d refused; %,d reads%n",
                statistics.acked(), statistics.unknown(), statistics.notApplied(), statistics.reads());
        out.printf(
                "gap         longest between two acks of one partition: %.2f s (%s, at %.1f s)%n",
                gap.nanos() / SECOND, gap.key(), gap.beganNanos() / SECOND);
        out.printf("recovery    at most %.1f s from a node's start to all in sync%n", recoverySeconds());
        out.printf(
                "faults      %d kills; %,d sends ended well meanwhile, %,d records became unknown%n",
                statistics.kills(), statistics.okSendsDuringFaults(), statistics.unknownDuringFaults());
        out.printf(
                "leaders     %d changes of a partition's leader, %d of the active controller%n",
                statistics.partitionLeaderChanges(), statistics.controllerChanges());
        counts.forEach((kind, count) -> out.printf("anomaly     %s: %,d times: %s%n", kind, count, kind.meaning()));
        examples.forEach(anomaly -> out.printf("  %s%n", anomaly));
        out.printf(
                "verdict     %s%n",
                holds() ? "HOLDS: nothing lost, duplicated or reordered, and not vacuous" : "FAILS: " + counts);
        out.flush();
    }

    private double recoverySeconds() {
        return statistics.longestRecoveryNanos() / SECOND;
    }
}
