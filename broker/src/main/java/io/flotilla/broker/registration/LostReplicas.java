package io.flotilla.broker.registration;

import io.flotilla.model.id.PartitionId;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.image.PartitionState;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which lost replicas the controller must still be told of: each until the applied metadata no longer counts on it, and
 * not again until it was given up for a new one and lost once more. Belongs to the lifecycle's loop.
 */
final class LostReplicas {
    private final int brokerId;
    private final Set<PartitionId> settled = new TreeSet<>();

    LostReplicas(int brokerId) {
        this.brokerId = brokerId;
    }

    /** @param image the applied metadata, read before the lost replicas were */
    List<PartitionId> toReport(List<PartitionId> lost, MetadataImage image) {
        settled.retainAll(lost);
        List<PartitionId> open = new ArrayList<>();
        for (PartitionId partition : lost) {
            if (settled.contains(partition)) {
                continue;
            }
            if (image.topics().partition(partition).filter(this::countsOnIt).isPresent()) {
                open.add(partition);
            } else {
                settled.add(partition);
            }
        }
        return open;
    }

    private boolean countsOnIt(PartitionState state) {
        return state.isr().contains(brokerId)
                || state.elr().contains(brokerId)
                || (!state.hasLeader() && state.lastKnownLeader() == brokerId);
    }
}
