package io.flotilla.broker.group;

import io.flotilla.model.id.PartitionId;
import io.flotilla.model.id.TopicId;
import java.util.Collection;
import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Partitions, in the order of topic ids and numbers. Immutable. */
record PartitionSet(SortedSet<PartitionId> all) {
    static final PartitionSet EMPTY = new PartitionSet(Collections.emptySortedSet());

    PartitionSet {
        all = Collections.unmodifiableSortedSet(all);
    }

    static PartitionSet of(Collection<PartitionId> partitions) {
        return partitions.isEmpty() ? EMPTY : new PartitionSet(new TreeSet<>(partitions));
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    boolean contains(PartitionId partition) {
        return all.contains(partition);
    }

    boolean containsAll(PartitionSet others) {
        return all.containsAll(others.all);
    }

    PartitionSet plus(PartitionSet others) {
        if (others.isEmpty() || isEmpty()) {
            return isEmpty() ? others : this;
        }
        SortedSet<PartitionId> sum = new TreeSet<>(all);
        sum.addAll(others.all);
        return new PartitionSet(sum);
    }

    PartitionSet minus(PartitionSet others) {
        return others.isEmpty() ? this : where(partition -> !others.contains(partition));
    }

    PartitionSet and(PartitionSet others) {
        return where(others::contains);
    }

    PartitionSet where(Predicate<PartitionId> holds) {
        SortedSet<PartitionId> rest = new TreeSet<>();
        for (PartitionId partition : all) {
            if (holds.test(partition)) {
                rest.add(partition);
            }
        }
        return rest.size() == all.size() ? this : of(rest);
    }

    /** The numbers of the partitions of each topic. */
    SortedMap<TopicId, SortedSet<Integer>> byTopic() {
        SortedMap<TopicId, SortedSet<Integer>> topics = new TreeMap<>();
        for (PartitionId partition : all) {
            topics.computeIfAbsent(partition.topic(), none -> new TreeSet<>()).add(partition.partition());
        }
        return topics;
    }
}
