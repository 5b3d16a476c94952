package io.flotilla.bench.workload;

import io.flotilla.bench.cluster.Cluster;
import io.flotilla.bench.cluster.Driver;
import java.io.IOException;

/** The topic of a round. */
final class Topics {
    static final String NAME = "bench";

    private Topics() {}

    /** Waits until the cluster has created the topic on all its nodes, and has taken one record. */
    static void create(Cluster cluster, int partitions) throws IOException {
        try (Driver driver = cluster.drive(
                "first-ack",
                NAME,
                "--partitions",
                Integer.toString(partitions),
                "--replication-factor",
                Integer.toString(cluster.size()))) {
            driver.await("acknowledged");
        }
    }
}
