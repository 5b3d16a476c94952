package io.flotilla.bench.workload;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The rounds of one system. Used by one thread. */
final class Series {
    private final List<Double> values = new ArrayList<>();
    private final List<Double> cpuSeconds = new ArrayList<>();

    void add(Workload.Figure figure) {
        values.add(figure.value());
        cpuSeconds.add(figure.cpuSeconds());
    }

    double median() {
        return median(values);
    }

    double medianCpuSeconds() {
        return median(cpuSeconds);
    }

    double max() {
        return values.stream().mapToDouble(value -> value).max().orElse(Double.NaN);
    }

    /** "least-greatest". */
    String range() {
        return String.format(
                Locale.ROOT,
                "%.1f-%.1f",
                values.stream().mapToDouble(value -> value).min().orElse(Double.NaN),
                max());
    }

    /** The middle value, or the mean of the two in the middle; NaN of none. */
    static double median(List<Double> of) {
        if (of.isEmpty()) {
            return Double.NaN;
        }
        List<Double> sorted = of.stream().sorted().toList();
        int half = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
    }
}
