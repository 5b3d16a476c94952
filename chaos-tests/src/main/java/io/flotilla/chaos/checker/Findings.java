package io.flotilla.chaos.checker;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Collects anomalies: counts all, keeps the first few of each kind. */
final class Findings {
    private static final int EXAMPLES_MAX = 5;

    private final Map<AnomalyKind, Integer> counts = new EnumMap<>(AnomalyKind.class);
    private final List<Anomaly> examples = new ArrayList<>();

    void add(AnomalyKind kind, String text) {
        if (counts.merge(kind, 1, Integer::sum) <= EXAMPLES_MAX) {
            examples.add(new Anomaly(kind, text));
        }
    }

    Map<AnomalyKind, Integer> counts() {
        return Collections.unmodifiableMap(counts);
    }

    List<Anomaly> examples() {
        return Collections.unmodifiableList(examples);
    }
}
