package io.flotilla.bench.load;

/** What a benchmark asks of a cluster besides records. Each call waits a few seconds at most. */
public interface LoadAdmin extends AutoCloseable {
    /**
     * Creates a topic that needs two in-sync replicas where it has three.
     *
     * @throws RuntimeException as long as the cluster cannot
     */
    void createTopic(String name, int partitions, int replicationFactor);

    /** The broker that leads partition 0 of a topic. */
    int leader(String topic);

    /** The active controller. */
    int controller();

    @Override
    void close();
}
