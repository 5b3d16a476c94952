package io.flotilla.broker.coordinator;

import io.flotilla.model.id.PartitionId;

/** Opens the logs of shards; a port, so that a simulator can give others. */
@FunctionalInterface
public interface ShardLogs {
    /** The log of a partition as this broker leads it in the epoch; nothing to close. */
    ShardLog of(PartitionId partition, int leaderEpoch);
}
