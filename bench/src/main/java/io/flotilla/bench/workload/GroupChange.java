package io.flotilla.bench.workload;

import io.flotilla.bench.cluster.Cluster;
import io.flotilla.bench.cluster.Driver;
import io.flotilla.model.time.Clock;
import io.flotilla.model.time.SystemClock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * How long a group of an idle cluster takes to settle: after a third member's first poll until each of the three holds
 * its share, or after the third was killed until the two others hold everything.
 */
record GroupChange(String name, Kind kind, KafkaProtocol protocol) implements Workload {
    private static final int NODES = 3;
    private static final int PARTITIONS = 12;
    private static final double NANOS_PER_MS = 1e6;

    /** What changes. */
    enum Kind {
        JOIN,
        REPLACE
    }

    /** How Kafka's members join; Flotilla has one way. */
    enum KafkaProtocol {
        /** The default of Kafka's consumers. */
        CLASSIC,
        /** KIP-848. */
        CONSUMER;

        private String setting() {
            return "--kafka-setting=group.protocol=" + (this == CLASSIC ? "classic" : "consumer");
        }
    }

    @Override
    public String description() {
        return (kind == Kind.JOIN
                                ? "a third member's first poll until each of three has its share of %d partitions"
                                : "kill -9 of one of three members until the two others hold all %d partitions")
                        .formatted(PARTITIONS)
                + ", defaults, Kafka with its " + (protocol == KafkaProtocol.CLASSIC ? "classic" : "new") + " protocol";
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
        Topics.create(cluster, PARTITIONS);
        Clock clock = new SystemClock();
        List<Driver> members = new ArrayList<>();
        try {
            members.add(member(cluster));
            members.add(member(cluster));
            settled(members);
            double cpuBefore = cluster.cpuSeconds();
            Driver third = member(cluster);
            members.add(third);
            long beganNanos = Long.parseLong(third.await("polls"));
            long settledNanos = settled(members);
            if (kind == Kind.REPLACE) {
                cpuBefore = cluster.cpuSeconds();
                beganNanos = clock.nanos();
                third.close();
                members.remove(third);
                settledNanos = settled(members);
            }
            return new Figure((settledNanos - beganNanos) / NANOS_PER_MS, cluster.cpuSeconds() - cpuBefore);
        } finally {
            members.forEach(Driver::close);
        }
    }

    private Driver member(Cluster cluster) throws IOException {
        return cluster.drive("group-member", Topics.NAME, protocol.setting());
    }

    /** When each of the members had come to hold its share, nanoseconds of the host's monotonic clock. */
    private static long settled(List<Driver> members) throws IOException {
        String share = Integer.toString(PARTITIONS / members.size());
        long lastNanos = Long.MIN_VALUE;
        for (Driver member : members) {
            String[] said = member.await("holds").split(" ");
            while (!said[0].equals(share)) {
                said = member.await("holds").split(" ");
            }
            lastNanos = Math.max(lastNanos, Long.parseLong(said[1]));
        }
        return lastNanos;
    }
}
