package io.flotilla.chaos.checker;

import io.flotilla.chaos.history.Op;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Judges a history by all predicates, in time linear in its length but for sorted maps. Stateless. */
public final class HistoryChecker {
    private HistoryChecker() {}

    /**
     * Judges a whole run.
     *
     * @param legal what the run's settings allow, such as lost writes with acks=1
     * @throws IllegalArgumentException when the history contradicts its own rules, so that nothing can be judged
     */
    public static Verdict check(List<Op> ops, Collection<AnomalyKind> legal) {
        Facts facts = new Facts(ops);
        Statistics statistics = new Statistics(ops);
        Findings findings = new Findings();
        LogContents.check(facts, findings);
        Losses.check(facts, findings);
        PollOrder.check(facts, findings);
        SendOrder.check(facts, findings);
        PartitionEnds.check(facts, findings);
        ReplicaContents.check(facts, findings);
        Vacuity.check(facts, statistics, findings);
        Map<AnomalyKind, Integer> counts = new EnumMap<>(AnomalyKind.class);
        findings.counts().forEach((kind, count) -> {
            if (!legal.contains(kind)) {
                counts.put(kind, count);
            }
        });
        List<Anomaly> examples = findings.examples().stream()
                .filter(anomaly -> !legal.contains(anomaly.kind()))
                .toList();
        return new Verdict(counts, examples, statistics);
    }
}
