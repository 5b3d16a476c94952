package io.flotilla.sim.check;

import io.flotilla.broker.log.PartitionLog;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.image.Durability;
import io.flotilla.model.image.TopicImage;

/**
 * What a follower reports, and what a leader counts of its own log, is there at the topic's durability at that very
 * moment: on {@code synced} topics in what a power loss would leave, as the files have it and not as the log believes.
 */
public final class ReportedIsStored implements Predicate, Witness {
    private final ClusterView cluster;

    public ReportedIsStored(ClusterView cluster) {
        this.cluster = cluster;
    }

    @Override
    public void reported(NodeView node, PartitionId partition, int leaderEpoch, long offset) {
        boolean synced = node.applied()
                .topics()
                .withId(partition.topic()) // else nobody knows any more
                .map(TopicImage::settings)
                .filter(settings -> settings.durability() == Durability.SYNCED)
                .isPresent();
        node.replica(partition)
                .filter(replica -> synced)
                .ifPresent(replica -> look(replica, offset, "reports in epoch " + leaderEpoch));
    }

    @Override
    public void committed(ReplicaView leader, long from, long to) {
        if (leader.durability() == Durability.SYNCED) {
            look(leader, to, "commits as leader");
        }
    }

    /** A log that was emptied has nothing on disk below its start. */
    private void look(ReplicaView replica, long offset, String what) {
        if (cluster.losses().isDestroyed(replica.node().id(), replica.partition())
                || !cluster.losses().mustKeep(replica.partition())) {
            return;
        }
        long logStart = replica.log().map(PartitionLog::logStart).orElse(0L);
        long stored = Math.max(logStart, replica.surviving().end());
        check(
                offset <= stored,
                "broker %d %s all below %d of %s; a power loss leaves what is below %d",
                replica.node().id(),
                what,
                offset,
                replica.partition(),
                stored);
    }
}
