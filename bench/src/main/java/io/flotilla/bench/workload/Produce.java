package io.flotilla.bench.workload;

import io.flotilla.bench.cluster.Cluster;
import io.flotilla.bench.cluster.Driver;
import java.io.IOException;

/** Throughput of one producer; acks=all, idempotent, linger 5 ms, batches of 128 KiB, six partitions. */
record Produce(String name, int nodes, int recordBytes, long records) implements Workload {
    private static final int PARTITIONS = 6;
    private static final int WARM_UP_SHARE = 5;
    private static final double MEGABYTE = 1e6;

    @Override
    public String description() {
        return "produce %,d records of %d bytes, replication factor %d, acks=all"
                .formatted(records, recordBytes, nodes);
    }

    @Override
    public String unit() {
        return "MB/s";
    }

    @Override
    public boolean higherIsBetter() {
        return true;
    }

    @Override
    public Figure measure(Cluster cluster) throws IOException {
        cluster.start();
        Topics.create(cluster, PARTITIONS);
        double cpuBefore = cluster.cpuSeconds();
        try (Driver driver = cluster.drive(
                "produce",
                Topics.NAME,
                "--partitions=" + PARTITIONS,
                "--record-bytes=" + recordBytes,
                "--records=" + records,
                "--warm-up-records=" + records / WARM_UP_SHARE)) {
            double seconds = Double.parseDouble(driver.await("seconds"));
            return new Figure(records * recordBytes / MEGABYTE / seconds, cluster.cpuSeconds() - cpuBefore);
        }
    }
}
