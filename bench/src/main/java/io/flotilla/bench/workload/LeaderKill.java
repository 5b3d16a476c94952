package io.flotilla.bench.workload;

import io.flotilla.bench.cluster.Cluster;
import io.flotilla.bench.cluster.Driver;
import java.io.IOException;

/** The longest gap between acknowledgements when the leader of a partition dies, which is not the active controller. */
record LeaderKill() implements Workload {
    private static final int NODES = 3;
    private static final int TOPICS_MAX = 20;

    @Override
    public String name() {
        return "leader-kill";
    }

    @Override
    public String description() {
        return "longest gap between acks at 500 records/s when the partition's leader is killed (-9), defaults";
    }

    @Override
    public int nodes() {
        return NODES;
    }

    @Override
    public String unit() {
        return "ms";
    }

    @Override
    public boolean higherIsBetter() {
        return false;
    }

    @Override
    public Figure measure(Cluster cluster) throws IOException {
        cluster.start();
        String topic = ledByAnotherThanTheController(cluster);
        double cpuBefore = cluster.cpuSeconds();
        try (Driver load = cluster.drive("ack-gap", topic)) {
            load.await("running");
            int leader = leaders(cluster, topic)[0];
            load.signal();
            cluster.kill(leader);
            double gapMs = Double.parseDouble(load.await("gap-ms"));
            return new Figure(gapMs, cluster.cpuSeconds() - cpuBefore);
        }
    }

    /** Creates topics until chance gives one that the active controller's node does not lead. */
    private static String ledByAnotherThanTheController(Cluster cluster) throws IOException {
        for (int i = 0; i < TOPICS_MAX; i++) {
            String topic = Topics.NAME + i;
            try (Driver driver = cluster.drive("first-ack", topic, "--replication-factor=" + NODES)) {
                driver.await("acknowledged");
            }
            int[] leaders = leaders(cluster, topic);
            if (leaders[0] != leaders[1]) {
                return topic;
            }
        }
        throw new IOException("the active controller led each of " + TOPICS_MAX + " topics");
    }

    /** The partition's leader and the active controller. */
    private static int[] leaders(Cluster cluster, String topic) throws IOException {
        try (Driver driver = cluster.drive("leader", topic)) {
            return new int[] {Integer.parseInt(driver.await("leader")), Integer.parseInt(driver.await("controller"))};
        }
    }
}
