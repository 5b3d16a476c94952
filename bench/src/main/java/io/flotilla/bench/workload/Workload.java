package io.flotilla.bench.workload;

import io.flotilla.bench.cluster.Cluster;
import java.io.IOException;

/** Something to measure: one figure a round, on a fresh cluster whose nodes are set up and not yet started. */
interface Workload {
    /**
     * A measured round.
     *
     * @param value in the workload's unit
     * @param cpuSeconds used by the nodes during the measured part
     */
    record Figure(double value, double cpuSeconds) {}

    String name();

    /** One line that says what is measured. */
    String description();

    int nodes();

    String unit();

    boolean higherIsBetter();

    Figure measure(Cluster cluster) throws IOException;
}
