package io.flotilla.broker.metadata;

import io.flotilla.broker.partition.Partition;
import io.flotilla.model.id.PartitionId;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The replicas that run on this broker. Any thread finds them; the metadata loop adds and removes them. */
public final class ReplicaRegistry {
    private final Map<PartitionId, Partition> partitions = new ConcurrentHashMap<>();

    public Optional<Partition> find(PartitionId id) {
        return Optional.ofNullable(partitions.get(id));
    }

    /** All of them at some moment, in no order. */
    public Collection<Partition> all() {
        return List.copyOf(partitions.values());
    }

    void add(Partition partition) {
        partitions.put(partition.id(), partition);
    }

    void remove(PartitionId id) {
        partitions.remove(id);
    }
}
