package io.flotilla.bench.workload;

import io.flotilla.bench.cluster.Cluster;
import io.flotilla.bench.cluster.Driver;
import java.io.IOException;

/** Throughput of one consumer of six partitions, read a second time, from the page cache. */
record Consume(String name, int nodes, int recordBytes, long records) implements Workload {
    private static final int PARTITIONS = 6;
    private static final double MEGABYTE = 1e6;

    @Override
    public String description() {
        return "consume %,d records of %d bytes from the page cache, %d node(s)".formatted(records, recordBytes, nodes);
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
        try (Driver driver = cluster.drive(
                "produce",
                Topics.NAME,
                "--partitions=" + PARTITIONS,
                "--record-bytes=" + recordBytes,
                "--records=" + records)) {
            driver.await("seconds");
        }
        double cpuBefore = cluster.cpuSeconds();
        try (Driver driver =
                cluster.drive("consume", Topics.NAME, "--partitions=" + PARTITIONS, "--records=" + records)) {
            double seconds = Double.parseDouble(driver.await("seconds"));
            return new Figure(records * recordBytes / MEGABYTE / seconds, cluster.cpuSeconds() - cpuBefore);
        }
    }
}
