package io.flotilla.sim.node;

import io.flotilla.broker.log.LogDamage;
import io.flotilla.broker.partition.PartitionEvents;
import io.flotilla.model.disk.DiskException;
import io.flotilla.model.id.PartitionId;

/**
 * What a node's partitions tell operators, passed on to what the server does with it; checks hear first.
 *
 * @param events the server's
 * @param dropped hears of committed records that are dropped
 */
record WatchedEvents(PartitionEvents events, Dropped dropped) implements PartitionEvents {
    /** A follower drops all records from the offset on, and had taken those below the watermark for committed. */
    interface Dropped {
        void on(PartitionId partition, long from, long watermark);
    }

    @Override
    public void onOffline(PartitionId partition, DiskException cause) {
        events.onOffline(partition, cause);
    }

    @Override
    public void onDamaged(PartitionId partition, LogDamage damage) {
        events.onDamaged(partition, damage);
    }

    @Override
    public void onReplaced(PartitionId partition) {
        events.onReplaced(partition);
    }

    @Override
    public void onFull(PartitionId partition, DiskException cause) {
        events.onFull(partition, cause);
    }

    @Override
    public void onCommittedTruncated(PartitionId partition, long offset, long highWatermark) {
        dropped.on(partition, offset, highWatermark);
        events.onCommittedTruncated(partition, offset, highWatermark);
    }

    @Override
    public void onAnswerDiscarded(PartitionId partition, String reason) {
        events.onAnswerDiscarded(partition, reason);
    }
}
