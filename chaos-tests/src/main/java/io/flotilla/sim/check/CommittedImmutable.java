package io.flotilla.sim.check;

import io.flotilla.broker.partition.PartitionStatus;
import io.flotilla.model.id.PartitionId;
import java.util.Optional;

/**
 * What a replica takes for committed is what was committed, unchanged; and none is cut below its high watermark, unless
 * the losses were more than its topic survives.
 */
public final class CommittedImmutable implements Predicate, Witness {
    private final ClusterView cluster;
    private final Unchanged unchanged = new Unchanged();

    public CommittedImmutable(ClusterView cluster) {
        this.cluster = cluster;
    }

    @Override
    public void truncated(ReplicaView replica, long from, long to, long watermark) {
        check(
                to >= watermark || mayDrop(replica.node(), replica.partition()),
                "broker %d cuts %s from %d to %d, below its high watermark %d",
                replica.node().id(),
                replica.partition(),
                from,
                to,
                watermark);
    }

    /** What it takes for committed only within one turn shows here alone. */
    @Override
    public void droppedCommitted(NodeView node, PartitionId partition, long from, long watermark) {
        check(
                mayDrop(node, partition),
                "broker %d drops records of %s from %d on, and had taken all below %d for committed",
                node.id(),
                partition,
                from,
                watermark);
    }

    private boolean mayDrop(NodeView node, PartitionId partition) {
        return !cluster.losses().mustKeep(partition) || cluster.losses().isDestroyed(node.id(), partition);
    }

    @Override
    public void wholeLogs(ClusterView view) {
        for (PartitionId partition : view.partitions()) {
            if (view.losses().mustKeep(partition)) {
                view.replicas(partition).stream()
                        .filter(replica ->
                                !view.losses().isDestroyed(replica.node().id(), partition))
                        .forEach(replica -> look(replica, view.ghosts().of(partition)));
            }
        }
    }

    private void look(ReplicaView replica, PartitionGhost ghost) {
        Optional<PartitionStatus> status = replica.status().filter(CommittedImmutable::works);
        if (status.isEmpty() || replica.node().frozen()) {
            return;
        }
        long known = Math.min(status.get().highWatermark(), ghost.trueHighWatermark());
        unchanged
                .look(replica, replica.stored(), ghost, known)
                .ifPresent(batch -> check(
                        false,
                        "broker %d holds %s of %s below its high watermark, and committed was %s",
                        replica.node().id(),
                        batch,
                        replica.partition(),
                        ghost.committed().get(batch.baseOffset())));
    }

    private static boolean works(PartitionStatus status) {
        return status.role() == PartitionStatus.Role.LEADER || status.role() == PartitionStatus.Role.FOLLOWER;
    }
}
