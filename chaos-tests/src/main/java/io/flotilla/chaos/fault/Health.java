package io.flotilla.chaos.fault;

import io.flotilla.client.Admin;
import io.flotilla.client.ClusterDescription;
import io.flotilla.model.error.FlotillaException;
import io.flotilla.model.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Whether a cluster is whole: every broker serves, there is a controller, every replica is in sync. Any thread. */
public final class Health {
    private static final int WATCH_MS = 50;

    private final Admin admin;
    private final int brokers;
    private final Clock clock;

    public Health(Admin admin, int brokers, Clock clock) {
        this.admin = admin;
        this.brokers = brokers;
        this.clock = clock;
    }

    /**
     * Waits until nothing is lacking.
     *
     * @throws IllegalStateException with what still is
     */
    public void await(Duration patience) throws InterruptedException {
        await(patience, -1, -1);
    }

    /**
     * Waits until a node that was killed is back and nothing is lacking. Until the cluster has noticed its death, all
     * looks well: so it must have registered anew.
     *
     * @param epochBefore of the broker when it was killed; each start raises it
     * @throws IllegalStateException with what is lacking
     */
    public void awaitReturn(int node, long epochBefore, Duration patience) throws InterruptedException {
        await(patience, node, epochBefore);
    }

    /** The epoch of a broker; -1 while the cluster does not know it. */
    public long epochOf(int node) {
        return epochOf(admin.describeCluster(), node);
    }

    private static long epochOf(ClusterDescription cluster, int node) {
        return cluster.brokers().stream()
                .filter(broker -> broker.id() == node)
                .mapToLong(ClusterDescription.BrokerDescription::epoch)
                .findFirst()
                .orElse(-1);
    }

    private void await(Duration patience, int node, long epochBefore) throws InterruptedException {
        long beganNanos = clock.nanos();
        for (String lacking = lacking(node, epochBefore); !lacking.isEmpty(); lacking = lacking(node, epochBefore)) {
            if (clock.nanos() - beganNanos > patience.toNanos()) {
                throw new IllegalStateException(
                        "the cluster is not whole after " + patience.toSeconds() + " s: " + lacking);
            }
            TimeUnit.MILLISECONDS.sleep(WATCH_MS);
        }
    }

    /** What is lacking; empty when nothing is. */
    private String lacking(int node, long epochBefore) {
        try {
            ClusterDescription cluster = admin.describeCluster();
            if (node >= 0 && epochOf(cluster, node) <= epochBefore) {
                return "node " + node + " has not registered again";
            }
            long serving = cluster.brokers().stream()
                    .filter(broker -> !broker.fenced() && !broker.shuttingDown())
                    .count();
            if (serving < brokers) {
                return serving + " of " + brokers + " brokers serve";
            }
            if (cluster.controllerId() < 0) {
                return "there is no active controller";
            }
            return admin.describeTopics().values().stream()
                    .flatMap(topic -> topic.partitions().stream()
                            .filter(partition -> partition.isr().size()
                                    < partition.replicas().size())
                            .map(partition ->
                                    topic.name() + "-" + partition.partition() + " has the ISR " + partition.isr()))
                    .collect(Collectors.joining(", "));
        } catch (FlotillaException e) {
            return e.error().toString();
        }
    }
}
