package io.flotilla.sim.check;

import io.flotilla.model.id.PartitionId;

/** Who asks where the log ends is never told an end before what had been acknowledged when the question was asked. */
public final class EndOffsetCurrent implements Predicate, Witness {
    private final ClusterView cluster;

    public EndOffsetCurrent(ClusterView cluster) {
        this.cluster = cluster;
    }

    @Override
    public void endTold(PartitionId partition, int server, long end, long ackedEnd) {
        check(
                end >= ackedEnd || !cluster.losses().mustKeep(partition),
                "broker %d says that %s ends at %d, and all below %d had been acknowledged when it was asked",
                server,
                partition,
                end,
                ackedEnd);
    }
}
