package io.flotilla.broker.group;

import java.util.List;

/** Partitions of one topic as a caller names them. */
public record NamedPartitions(NamedTopic topic, List<Integer> partitions) {
    public NamedPartitions {
        partitions = List.copyOf(partitions);
    }
}
