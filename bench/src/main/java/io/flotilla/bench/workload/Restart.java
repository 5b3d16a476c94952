package io.flotilla.bench.workload;

import io.flotilla.bench.cluster.Cluster;
import io.flotilla.bench.cluster.Driver;
import io.flotilla.model.time.Clock;
import io.flotilla.model.time.SystemClock;
import java.io.IOException;

/**
 * From the start of a node that holds many small logs until the end of every partition was told; after a clean stop, or
 * after SIGKILL.
 */
record Restart(String name, boolean clean) implements Workload {
    private static final int TOPICS = 10;
    private static final int PARTITIONS = 1_000;
    private static final double NANOS = 1e9;

    @Override
    public String description() {
        return "start of one node with %,d partitions of 10 records after %s, until the end of each is told"
                .formatted(TOPICS * PARTITIONS, clean ? "a clean stop" : "kill -9");
    }

    @Override
    public int nodes() {
        return 1;
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
        cluster.start();
        try (Driver driver = cluster.drive(
                "many", Topics.NAME, "--partitions=" + PARTITIONS, "--topics=" + TOPICS, "--replication-factor=1")) {
            driver.await("filled");
            if (clean) {
                cluster.stop(1);
            } else {
                cluster.kill(1);
            }
            double cpuBefore = cluster.cpuSeconds();
            long beganNanos = clock.nanos();
            cluster.start(1);
            driver.signal();
            driver.await("served");
            return new Figure((clock.nanos() - beganNanos) / NANOS, cluster.cpuSeconds() - cpuBefore);
        }
    }
}
