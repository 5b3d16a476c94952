package io.flotilla.client;

import io.flotilla.model.id.TopicId;
import io.flotilla.model.image.Durability;
import java.util.List;
import java.util.Map;

/**
 * A topic as a broker knows it.
 *
 * @param partitions by number
 * @param configs the values that were set for it
 */
public record TopicDescription(
        String name,
        TopicId id,
        List<PartitionDescription> partitions,
        Map<String, String> configs,
        Durability durability,
        int minInsyncReplicas) {
    /** The most replicas that one of its partitions has. */
    public int replicationFactor() {
        return partitions.stream()
                .mapToInt(partition -> partition.replicas().size())
                .max()
                .orElse(0);
    }

    /**
     * A partition of it.
     *
     * @param leader broker id, -1 while there is none
     * @param elr replicas outside the ISR that hold every committed record
     */
    public record PartitionDescription(
            int partition,
            int leader,
            int leaderEpoch,
            int partitionEpoch,
            List<Integer> replicas,
            List<Integer> isr,
            List<Integer> elr) {}
}
