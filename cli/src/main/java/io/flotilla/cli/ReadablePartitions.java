package io.flotilla.cli;

import io.flotilla.client.Admin;
import io.flotilla.client.OffsetSpec;
import io.flotilla.client.TopicDescription;
import io.flotilla.client.TopicPartition;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Offsets of as many partitions as can be asked: those of topics that exist, and that have a leader. Stateless. */
final class ReadablePartitions {
    private ReadablePartitions() {}

    /** The offsets; a partition that cannot be asked is missing, and so is one where no record qualifies. */
    static Map<TopicPartition, Long> offsets(Admin admin, Collection<TopicPartition> partitions, OffsetSpec spec) {
        Map<TopicPartition, OffsetSpec> specs = new TreeMap<>();
        Set<TopicPartition> readable = of(admin, partitions);
        partitions.stream().filter(readable::contains).forEach(partition -> specs.put(partition, spec));
        Map<TopicPartition, Long> offsets = new TreeMap<>();
        if (!specs.isEmpty()) {
            admin.listOffsets(specs).forEach((partition, offset) -> {
                if (offset >= 0) {
                    offsets.put(partition, offset);
                }
            });
        }
        return offsets;
    }

    private static Set<TopicPartition> of(Admin admin, Collection<TopicPartition> partitions) {
        Set<TopicPartition> readable = new TreeSet<>();
        if (!partitions.isEmpty()) {
            Map<String, TopicDescription> topics = admin.describeTopics();
            partitions.stream()
                    .map(TopicPartition::topic)
                    .distinct()
                    .map(topics::get)
                    .forEach(topic -> {
                        if (topic != null) {
                            topic.partitions().stream()
                                    .filter(partition -> partition.leader() >= 0)
                                    .forEach(partition ->
                                            readable.add(new TopicPartition(topic.name(), partition.partition())));
                        }
                    });
        }
        return readable;
    }
}
