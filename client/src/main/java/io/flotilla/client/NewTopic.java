package io.flotilla.client;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A topic to create.
 *
 * @param partitions 0 means the cluster's num.partitions
 * @param replicationFactor 0 means the cluster's default.replication.factor
 * @param assignments brokers by partition, leader first; excludes the two numbers; empty lets the cluster choose
 */
public record NewTopic(
        String name,
        int partitions,
        int replicationFactor,
        Map<String, String> configs,
        Map<Integer, List<Integer>> assignments) {
    public NewTopic {
        configs = Map.copyOf(configs);
        assignments = new TreeMap<>(assignments);
    }

    public NewTopic(String name, int partitions, int replicationFactor) {
        this(name, partitions, replicationFactor, Map.of(), Map.of());
    }

    public NewTopic withConfigs(Map<String, String> values) {
        return new NewTopic(name, partitions, replicationFactor, values, assignments);
    }
}
