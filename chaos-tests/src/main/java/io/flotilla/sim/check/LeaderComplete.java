package io.flotilla.sim.check;

import io.flotilla.broker.partition.PartitionStatus;
import io.flotilla.model.id.PartitionId;

/** The leader's log holds everything that was ever committed, unchanged. */
public final class LeaderComplete implements Predicate {
    private final Unchanged unchanged = new Unchanged();

    @Override
    public void afterEvent(ClusterView cluster, Touched touched) {
        for (ReplicaView replica : touched.replicas()) {
            if (replica.leadsByController() && cluster.losses().mustKeep(replica.partition())) {
                long needed = cluster.ghosts().of(replica.partition()).trueHighWatermark();
                long end = replica.status().map(PartitionStatus::logEnd).orElse(0L);
                check(
                        end >= needed,
                        "broker %d leads %s with a log that ends at %d, and %d offsets were committed",
                        replica.node().id(),
                        replica.partition(),
                        end,
                        needed);
            }
        }
    }

    @Override
    public void wholeLogs(ClusterView cluster) {
        for (PartitionId partition : cluster.partitions()) {
            if (cluster.losses().mustKeep(partition)) {
                cluster.replicas(partition).stream()
                        .filter(ReplicaView::leadsByController)
                        .forEach(leader -> look(leader, cluster.ghosts().of(partition)));
            }
        }
    }

    private void look(ReplicaView leader, PartitionGhost ghost) {
        check(
                leader.stored().logStart() <= ghost.logStart(),
                "broker %d leads %s with a log that begins at %d, and nobody asked for what lies before",
                leader.node().id(),
                leader.partition(),
                leader.stored().logStart());
        unchanged
                .look(leader, leader.stored(), ghost, ghost.trueHighWatermark())
                .ifPresent(batch -> check(
                        false,
                        "broker %d leads %s with %s, and committed was %s",
                        leader.node().id(),
                        leader.partition(),
                        batch,
                        ghost.committed().get(batch.baseOffset())));
    }
}
