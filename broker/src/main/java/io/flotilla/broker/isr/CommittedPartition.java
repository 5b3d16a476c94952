package io.flotilla.broker.isr;

import io.flotilla.model.error.Invariant;
import java.util.List;

/**
 * A partition as this broker's applied metadata shows it.
 *
 * @param leaderEpoch rises with every leadership
 * @param partitionEpoch rises with every change; what proposals are compared with
 * @param replicas every replica, the leader included
 * @param isr the committed in-sync replicas, ascending
 * @param minIsr min.insync.replicas of the topic, at least 1
 */
public record CommittedPartition(
        int leaderEpoch, int partitionEpoch, List<ReplicaView> replicas, List<Integer> isr, int minIsr) {
    public CommittedPartition {
        Invariant.check(minIsr >= 1, "minIsr %d must be at least 1", minIsr);
        replicas = List.copyOf(replicas);
        isr = isr.stream().sorted().toList();
    }

    /** How many in-sync replicas the high watermark needs to move: min ISR, capped by the replica count. */
    public int isrSizeMin() {
        return Math.min(minIsr, replicas.size());
    }

    /** Whether the high watermark is frozen and acks=all refused. */
    public boolean belowMinIsr() {
        return isr.size() < isrSizeMin();
    }
}
