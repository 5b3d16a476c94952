package io.flotilla.broker.coordinator;

import io.flotilla.model.id.InternalTopics;
import io.flotilla.model.id.PartitionId;

/**
 * One leadership of a partition of the offsets topic.
 *
 * @param leaderEpoch in which this broker leads it
 */
record ShardId(PartitionId partition, int leaderEpoch) {
    @Override
    public String toString() {
        return InternalTopics.CONSUMER_OFFSETS + "-" + partition.partition() + " in epoch " + leaderEpoch;
    }
}
