package io.flotilla.model.image;

import java.util.List;
import java.util.Optional;

/**
 * The controller's decision on one partition.
 *
 * @param replicas in order of preference for leadership
 * @param isr in-sync replicas; empty only while nobody may lead
 * @param elr replicas outside the ISR that hold every committed record (KIP-966)
 * @param leader broker id, or {@link #NO_LEADER}
 * @param leaderEpoch rises with every new leadership
 * @param partitionEpoch rises with every change
 * @param lastKnownLeader last leader while there is none, or {@link #NO_LEADER} when it must not be used
 */
public record PartitionState(
        List<Replica> replicas,
        List<Integer> isr,
        List<Integer> elr,
        int leader,
        int leaderEpoch,
        int partitionEpoch,
        int lastKnownLeader) {
    /** Stands for "nobody". */
    public static final int NO_LEADER = -1;

    public PartitionState {
        replicas = List.copyOf(replicas);
        isr = List.copyOf(isr);
        elr = List.copyOf(elr);
    }

    public boolean hasLeader() {
        return leader != NO_LEADER;
    }

    public List<Integer> replicaIds() {
        return replicas.stream().map(Replica::brokerId).toList();
    }

    public Optional<Replica> replica(int brokerId) {
        return replicas.stream().filter(r -> r.brokerId() == brokerId).findFirst();
    }
}
