package io.flotilla.sim.check;

import io.flotilla.broker.partition.PartitionStatus;

/** No leader has records again of which somebody was told that they are deleted. */
public final class DeletedStaysDeleted implements Predicate {
    @Override
    public void afterEvent(ClusterView cluster, Touched touched) {
        for (ReplicaView replica : touched.replicas()) {
            boolean judged = replica.leadsByController()
                    && cluster.losses().mustKeep(replica.partition())
                    && !cluster.losses().isDestroyed(replica.node().id(), replica.partition());
            if (judged) {
                long start = replica.status().map(PartitionStatus::logStart).orElse(Long.MAX_VALUE);
                long deleted = cluster.ghosts().of(replica.partition()).deletedEnd();
                check(
                        start >= deleted,
                        "broker %d leads %s with a log that begins at %d, and all below %d was deleted",
                        replica.node().id(),
                        replica.partition(),
                        start,
                        deleted);
            }
        }
    }
}
