package io.flotilla.client;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * More partitions for a topic.
 *
 * @param count how many it has afterwards
 * @param assignments brokers by number of the new partitions, leader first; empty lets the cluster choose
 */
public record NewPartitions(String topic, int count, Map<Integer, List<Integer>> assignments) {
    public NewPartitions {
        assignments = new TreeMap<>(assignments);
    }

    public NewPartitions(String topic, int count) {
        this(topic, count, Map.of());
    }
}
