package io.flotilla.bench.load;

import java.util.List;

/** What a benchmark asks of a cluster besides records. Each call waits a few seconds at most. */
public interface LoadAdmin extends AutoCloseable {
    /**
     * A topic that needs two in-sync replicas where it has three.
     *
     * @param synced acknowledges only what is on the replicas' disks, where the system can: Flotilla's default
     */
    record Topic(String name, int partitions, int replicationFactor, boolean synced) {}

    /** @throws RuntimeException as long as the cluster cannot */
    void createTopic(Topic topic);

    /** The brokers that lead a topic's partitions, by partition; below 1 where none does. */
    List<Integer> leaders(String topic);

    /** Whether every replica of a topic is in sync. */
    boolean isWhole(String topic);

    /** How many partitions of a topic that has so many have a leader that tells where they end. */
    int servedPartitions(String topic, int partitions);

    /** The active controller. */
    int controller();

    @Override
    void close();
}
