package io.flotilla.cli;

import io.flotilla.client.PartitionReassignment;
import io.flotilla.client.TopicDescription;
import io.flotilla.client.TopicPartition;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The replicas of partitions, by partition, the preferred leader first. */
final class CurrentReplicas {
    private CurrentReplicas() {}

    /** As they are; of a partition that is being moved, old and new ones together. */
    static Map<TopicPartition, List<Integer>> of(Map<String, TopicDescription> topics) {
        Map<TopicPartition, List<Integer>> replicas = new TreeMap<>();
        topics.values()
                .forEach(topic -> topic.partitions()
                        .forEach(partition -> replicas.put(
                                new TopicPartition(topic.name(), partition.partition()), partition.replicas())));
        return replicas;
    }

    /** As they will be when the moves under way have ended: what another plan must start from. */
    static Map<TopicPartition, List<Integer>> afterMoves(
            Map<TopicPartition, List<Integer>> present, Collection<PartitionReassignment> moves) {
        Map<TopicPartition, List<Integer>> replicas = new TreeMap<>(present);
        moves.forEach(move -> replicas.computeIfPresent(move.partition(), (any, union) -> move.target()));
        return replicas;
    }

    /** As they were before the moves under way: what one goes back to. */
    static Map<TopicPartition, List<Integer>> beforeMoves(
            Map<TopicPartition, List<Integer>> present, Collection<PartitionReassignment> moves) {
        Map<TopicPartition, List<Integer>> replicas = new TreeMap<>(present);
        moves.forEach(move -> replicas.computeIfPresent(
                move.partition(),
                (any, union) -> move.replicas().stream()
                        .filter(broker -> !move.adding().contains(broker))
                        .toList()));
        return replicas;
    }
}
