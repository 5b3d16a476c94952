package io.flotilla.broker.fetcher;

import io.flotilla.broker.partition.FollowerPort;
import io.flotilla.model.id.PartitionId;
import java.util.Optional;

/** Finds the replicas that run on this broker. Safe for any thread. */
@FunctionalInterface
public interface FollowerPorts {
    Optional<FollowerPort> find(PartitionId partition);
}
