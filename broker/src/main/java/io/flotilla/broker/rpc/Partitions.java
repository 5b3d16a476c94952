package io.flotilla.broker.rpc;

import io.flotilla.broker.partition.Partition;
import io.flotilla.model.error.FlotillaException;
import io.flotilla.model.id.PartitionId;

/** Finds the partitions that this broker holds. Safe for any thread. */
public interface Partitions {
    /**
     * The partition that a client names; it may lead or not.
     *
     * @throws FlotillaException NOT_APPLIED: UNKNOWN_TOPIC_OR_PARTITION, UNKNOWN_TOPIC_ID, or NOT_LEADER_OR_FOLLOWER
     *     with a leader hint when other brokers hold it
     */
    Partition find(TopicReference topic, int partition);

    /**
     * As {@link #find(TopicReference, int)}, for a client that wants to write.
     *
     * @throws FlotillaException also INVALID_TOPIC_EXCEPTION for a topic that only brokers write
     */
    Partition findToWrite(TopicReference topic, int partition);

    /**
     * The partition that a broker names.
     *
     * @throws FlotillaException NOT_APPLIED: UNKNOWN_TOPIC_ID when no such partition is known, NOT_LEADER_OR_FOLLOWER
     *     when this broker holds no replica
     */
    Partition find(PartitionId id);
}
