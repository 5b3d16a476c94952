package io.flotilla.broker.partition;

import io.flotilla.model.id.PartitionId;

/**
 * The way from a following partition to its leader, the replica fetcher. Called on the loop; must not block. Questions
 * to one leader arrive in order or not at all; {@link FollowerPort#onStreamOpened} tells when all that was asked is
 * void.
 */
public interface LeaderLink {
    /** Sends a question; without an open stream it may be dropped. */
    void ask(int leaderId, PartitionId partition, ReplicaQuestion question);
}
