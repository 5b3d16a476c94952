package io.flotilla.cli;

import io.flotilla.client.Admin;
import io.flotilla.client.TopicDescription;
import io.flotilla.client.TopicDescription.PartitionDescription;
import io.flotilla.client.TopicPartition;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A topic, or some of its partitions, as in {@code orders} or {@code orders:0,1}.
 *
 * @param partitions empty means all
 */
record PartitionChoice(String topic, List<Integer> partitions) {
    static PartitionChoice parse(String text) throws CommandFailure {
        int colon = text.indexOf(':');
        if (colon < 0) {
            return new PartitionChoice(text, List.of());
        }
        try {
            return new PartitionChoice(
                    text.substring(0, colon),
                    Stream.of(text.substring(colon + 1).split(",", -1))
                            .map(Integer::valueOf)
                            .toList());
        } catch (NumberFormatException e) {
            throw new CommandFailure("'" + text + "' is no topic with partitions, as in orders:0,1");
        }
    }

    /** The partitions that are meant, all of which exist. */
    List<TopicPartition> partitions(Admin admin) throws CommandFailure {
        TopicDescription described = admin.describeTopics(List.of(topic)).get(topic);
        if (described == null) {
            throw new CommandFailure("topic " + topic + " does not exist");
        }
        TreeSet<Integer> existing = new TreeSet<>(described.partitions().stream()
                .map(PartitionDescription::partition)
                .toList());
        for (int partition : partitions) {
            if (!existing.contains(partition)) {
                throw new CommandFailure("topic " + topic + " has no partition " + partition + ", it has "
                        + existing.size() + ": 0 to " + (existing.size() - 1));
            }
        }
        return (partitions.isEmpty() ? existing : new TreeSet<>(partitions))
                .stream().map(partition -> new TopicPartition(topic, partition)).toList();
    }
}
