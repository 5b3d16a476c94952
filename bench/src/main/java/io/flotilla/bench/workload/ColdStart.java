package io.flotilla.bench.workload;

import io.flotilla.bench.cluster.Cluster;
import io.flotilla.model.time.Clock;
import io.flotilla.model.time.SystemClock;
import java.io.IOException;

/** From the start of the processes, on formatted and empty folders, to the first acknowledged record. */
record ColdStart(String name, int nodes) implements Workload {
    private static final double NANOS = 1e9;

    @Override
    public String description() {
        return "start of %d node(s), empty and formatted, to the first acknowledged record on all of them"
                .formatted(nodes);
    }

    @Override
    public String unit() {
        return "s";
    }

    @Override
    public boolean higherIsBetter() {
        return false;
    }

    @Override
    public Figure measure(Cluster cluster) throws IOException {
        Clock clock = new SystemClock();
        long beganNanos = clock.nanos();
        cluster.start();
        Topics.create(cluster, 1);
        return new Figure((clock.nanos() - beganNanos) / NANOS, cluster.cpuSeconds());
    }
}
