package io.flotilla.broker.group;

import io.flotilla.model.id.TopicId;
import java.util.List;

/**
 * Partitions of one topic.
 *
 * @param topic its name
 * @param partitions ascending
 */
public record TopicPartitions(String topic, TopicId id, List<Integer> partitions) {
    public TopicPartitions {
        partitions = List.copyOf(partitions);
    }
}
