package io.flotilla.model.image;

import io.flotilla.model.id.TopicId;
import java.util.Optional;
import org.pcollections.PMap;
import org.pcollections.PVector;
import org.pcollections.TreePMap;
import org.pcollections.TreePVector;

/** One topic: its configs as they were set, and its partitions by number, dense from 0. */
public record TopicImage(String name, TopicId id, PMap<String, String> configs, PVector<PartitionState> partitions) {
    public static TopicImage empty(String name, TopicId id) {
        return new TopicImage(name, id, TreePMap.empty(), TreePVector.empty());
    }

    public Optional<PartitionState> partition(int number) {
        return number >= 0 && number < partitions.size() ? Optional.of(partitions.get(number)) : Optional.empty();
    }

    /** The topic's settings with defaults filled in. */
    public TopicSettings settings() {
        return TopicSettings.of(configs);
    }

    /** Replaces partition {@code number}, or adds it when it is the next one. */
    public TopicImage withPartition(int number, PartitionState state) {
        if (number > partitions.size()) {
            throw new IllegalArgumentException(
                    "partition " + number + " of topic " + name + " would leave a gap after " + partitions.size());
        }
        return new TopicImage(
                name,
                id,
                configs,
                number == partitions.size() ? partitions.plus(state) : partitions.with(number, state));
    }

    public TopicImage withConfig(String key, Optional<String> value) {
        return new TopicImage(
                name, id, value.map(v -> configs.plus(key, v)).orElseGet(() -> configs.minus(key)), partitions);
    }
}
