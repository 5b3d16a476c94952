package io.flotilla.client.internal.routing;

import io.flotilla.model.id.TopicId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One life of a topic as clients see it.
 *
 * @param partitions by number
 * @param configs the values that were set for this topic
 */
public record TopicView(String name, TopicId id, List<PartitionView> partitions, Map<String, String> configs) {
    public TopicView {
        partitions = List.copyOf(partitions);
        configs = Map.copyOf(configs);
    }

    TopicView withPartition(int number, PartitionView partition) {
        List<PartitionView> changed = new ArrayList<>(partitions);
        changed.set(number, partition);
        return new TopicView(name, id, changed, configs);
    }

    /**
     * This view, except for partitions of which the other one, of the same life of the topic, shows a later state: a
     * broker that lags behind must not take back what another has told.
     */
    TopicView notOlderThan(TopicView known) {
        if (!id.equals(known.id)) {
            return this;
        }
        List<PartitionView> merged = new ArrayList<>(partitions);
        int both = Math.min(merged.size(), known.partitions.size());
        for (int number = 0; number < both; number++) {
            if (known.partitions.get(number).newerThan(merged.get(number))) {
                merged.set(number, known.partitions.get(number));
            }
        }
        return new TopicView(name, id, merged, configs);
    }
}
