package io.flotilla.sim.check;

import io.flotilla.model.id.PartitionId;
import io.flotilla.model.image.Durability;
import io.flotilla.model.image.PartitionState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whoever may be elected, running or not, holds everything committed: on {@code synced} topics in what a power loss at
 * this moment would leave, on {@code replicated} ones in what a kill would.
 */
public final class LeaderCandidateComplete implements Predicate {
    @Override
    public void wholeLogs(ClusterView cluster) {
        for (PartitionId partition : cluster.partitions()) {
            if (cluster.losses().mustKeep(partition)) {
                cluster.controller().partition(partition).ifPresent(state -> look(cluster, partition, state));
            }
        }
    }

    private void look(ClusterView cluster, PartitionId partition, PartitionState state) {
        long needed = cluster.ghosts().of(partition).trueHighWatermark();
        List<Integer> candidates = new ArrayList<>(state.isr());
        candidates.addAll(state.elr());
        for (int id : candidates) {
            if (needed > 0 && !cluster.losses().isDestroyed(id, partition)) {
                Optional<ReplicaView> replica = cluster.node(id).replica(partition);
                long held = replica.map(LeaderCandidateComplete::kept).orElse(0L);
                check(
                        held >= needed,
                        "broker %d may lead %s (isr %s, elr %s) and keeps %d of the %d offsets committed",
                        id,
                        partition,
                        state.isr(),
                        state.elr(),
                        held,
                        needed);
            }
        }
    }

    private static long kept(ReplicaView replica) {
        return replica.durability() == Durability.SYNCED
                ? replica.surviving().end()
                : replica.stored().end();
    }
}
