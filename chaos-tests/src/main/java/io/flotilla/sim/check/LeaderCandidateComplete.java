package io.flotilla.sim.check;

import io.flotilla.model.id.PartitionId;
import io.flotilla.model.image.Durability;
import io.flotilla.model.image.PartitionState;
import java.util.ArrayList;
import java.util.List;

/**
 * Whoever may be elected, running or not, holds everything committed: on {@code synced} topics in what a power loss at
 * this moment would leave, on {@code replicated} ones in what a kill would.
 */
public final class LeaderCandidateComplete implements Predicate {
    private final Unchanged unchanged = new Unchanged();

    @Override
    public void wholeLogs(ClusterView cluster) {
        for (PartitionId partition : cluster.partitions()) {
            if (cluster.losses().mustKeep(partition)) {
                cluster.controller().partition(partition).ifPresent(state -> look(cluster, partition, state));
            }
        }
    }

    private void look(ClusterView cluster, PartitionId partition, PartitionState state) {
        PartitionGhost ghost = cluster.ghosts().of(partition);
        long needed = ghost.trueHighWatermark();
        List<Integer> candidates = new ArrayList<>(state.isr());
        candidates.addAll(state.elr());
        for (int id : candidates) {
            if (needed > ghost.logStart() && !cluster.losses().isDestroyed(id, partition)) {
                ReplicaView replica = cluster.node(id).replica(partition).orElse(null);
                StoredLog log = replica == null ? StoredLog.EMPTY : kept(replica);
                if (log.end() < ghost.logStart() && cluster.losses().isReplaced(partition)) {
                    continue; // a spoiled file that only holds what was given up: a start looks behind it
                }
                check(
                        log.end() >= needed && log.logStart() <= ghost.logStart(),
                        "broker %d may lead %s (isr %s, elr %s) and keeps [%d, %d) of the offsets [%d, %d) committed",
                        id,
                        partition,
                        state.isr(),
                        state.elr(),
                        log.logStart(),
                        log.end(),
                        ghost.logStart(),
                        needed);
                if (replica != null) {
                    unchanged
                            .look(replica, log, ghost, needed)
                            .ifPresent(other -> check(
                                    false,
                                    "broker %d may lead %s (isr %s, elr %s) and keeps %s, and committed was %s",
                                    id,
                                    partition,
                                    state.isr(),
                                    state.elr(),
                                    other,
                                    ghost.committed().get(other.baseOffset())));
                }
            }
        }
    }

    private static StoredLog kept(ReplicaView replica) {
        return replica.durability() == Durability.SYNCED ? replica.surviving() : replica.stored();
    }
}
