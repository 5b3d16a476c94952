package io.flotilla.client.internal.routing;

import java.util.List;

/**
 * A partition as clients see it.
 *
 * @param leader broker id, -1 while there is none
 * @param partitionEpoch rises with every change to the partition
 */
public record PartitionView(
        int leader, int leaderEpoch, int partitionEpoch, List<Integer> replicas, List<Integer> isr) {
    public static final int NO_LEADER = -1;

    public PartitionView {
        replicas = List.copyOf(replicas);
        isr = List.copyOf(isr);
    }

    public boolean hasLeader() {
        return leader != NO_LEADER;
    }

    /** True when this is a later state of the partition than the other. */
    boolean newerThan(PartitionView other) {
        return leaderEpoch != other.leaderEpoch
                ? leaderEpoch > other.leaderEpoch
                : partitionEpoch > other.partitionEpoch;
    }

    PartitionView ledBy(int newLeader, int newEpoch) {
        return new PartitionView(newLeader, newEpoch, partitionEpoch, replicas, isr);
    }
}
