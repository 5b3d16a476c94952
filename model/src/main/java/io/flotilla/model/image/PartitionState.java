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
 * @param plan what is being done to it on purpose
 */
public record PartitionState(
        List<Replica> replicas,
        List<Integer> isr,
        List<Integer> elr,
        int leader,
        int leaderEpoch,
        int partitionEpoch,
        int lastKnownLeader,
        PartitionPlan plan) {
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

    /** The replicas from before the reassignment under way; all of them when there is none. */
    public List<Integer> origin() {
        return replicaIds().stream().filter(id -> !plan.adding().contains(id)).toList();
    }

    /** The replicas that go when the reassignment under way ends. */
    public List<Integer> removing() {
        return plan.reassigns()
                ? replicaIds().stream()
                        .filter(id -> !plan.target().contains(id))
                        .toList()
                : List.of();
    }

    /**
     * How many replicas the partition counts on: those from before the reassignment under way, until its end. New ones
     * are no reason to ask for more in-sync replicas yet, nor are fewer ones to come a reason to ask for less.
     */
    public int replicationFactor() {
        return origin().size();
    }
}
