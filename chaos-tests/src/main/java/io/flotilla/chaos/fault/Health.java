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
        long beganNanos = clock.nanos();
        for (String lacking = lacking(); !lacking.isEmpty(); lacking = lacking()) {
            if (clock.nanos() - beganNanos > patience.toNanos()) {
                throw new IllegalStateException(
                        "the cluster is not whole after " + patience.toSeconds() + " s: " + lacking);
            }
            TimeUnit.MILLISECONDS.sleep(WATCH_MS);
        }
    }

    /** What is lacking; empty when nothing is. */
    private String lacking() {
        try {
            ClusterDescription cluster = admin.describeCluster();
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
