package io.flotilla.client.internal.group;

import io.flotilla.client.internal.routing.PartitionName;
import io.flotilla.model.id.TopicId;
import java.util.Comparator;
import java.util.Optional;

/**
 * A partition as a group knows it.
 *
 * @param topic which life of the topic is meant; empty where any is
 */
public record GroupPartition(PartitionName name, Optional<TopicId> topic) implements Comparable<GroupPartition> {
    private static final Comparator<GroupPartition> ORDER = Comparator.<GroupPartition, String>comparing(
                    partition -> partition.name().topic())
            .thenComparingInt(partition -> partition.name().partition())
            .thenComparing(partition -> partition.topic().map(TopicId::toString).orElse(""));

    @Override
    public int compareTo(GroupPartition other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return name.toString();
    }
}
