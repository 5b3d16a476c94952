package io.flotilla.client;

import java.util.Collection;

/**
 * Hears which partitions a member of a group gets and gives up: only those that move, the others are read on without a
 * pause. Called by the application's thread, in poll, unsubscribe or close; it may use the consumer, except to poll.
 * What it throws is thrown by that call.
 */
public interface ConsumerRebalanceListener {
    /**
     * These partitions are to be given up; nobody else reads them before this returns. With {@code enable.auto.commit}
     * their positions were committed; otherwise this is the place to.
     */
    void onPartitionsRevoked(Collection<TopicPartition> partitions);

    /** These partitions are read from now on, at their committed offsets unless this seeks. */
    void onPartitionsAssigned(Collection<TopicPartition> partitions);

    /** The member was removed from the group: others may read these partitions already, and commits are refused. */
    default void onPartitionsLost(Collection<TopicPartition> partitions) {
        onPartitionsRevoked(partitions);
    }
}
