package io.flotilla.sim.check;

import io.flotilla.model.id.PartitionId;

/**
 * What has been destroyed so far, and what that may cost by predicate 12: a {@code synced} topic survives any crashes
 * and the loss of at most minIsr - 1 disks at a time, a {@code replicated} one at most minIsr - 1 lossy crashes at a
 * time. The faults keep to the budget; predicates ask only whether a promise still stands. A lost disk counts until the
 * replicas that it held are complete again.
 */
public interface LossBudget {
    /** Whether every acknowledged record of the partition must still be there. */
    boolean mustKeep(PartitionId partition);

    /** Whether nobody may be left who may lead it, so that it waits for an operator. */
    boolean mayStall(PartitionId partition);

    /** Whether min.insync.replicas was at least 2 ever since all its replicas were complete. */
    boolean survivesOne(PartitionId partition);

    /**
     * Whether the node's replica of the partition was destroyed, or lost what was not synced of a {@code replicated}
     * topic, and has not been complete since.
     */
    boolean isDestroyed(int node, PartitionId partition);

    /** Whether a disk with a replica of the partition was ever taken away, or a bit on one inverted. */
    boolean isReplaced(PartitionId partition);
}
