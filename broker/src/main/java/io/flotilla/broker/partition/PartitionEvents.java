package io.flotilla.broker.partition;

import io.flotilla.broker.log.LogDamage;
import io.flotilla.model.disk.DiskException;
import io.flotilla.model.id.PartitionId;

/** Hears what operators must hear of partitions. Called on the loop; must not block. */
public interface PartitionEvents {
    /** The partition's log failed: it is offline until the broker is restarted. */
    void onOffline(PartitionId partition, DiskException cause);

    /**
     * The partition's log was found damaged while it was used: it is read-only and serves nobody, and a restart will
     * know.
     */
    void onDamaged(PartitionId partition, LogDamage damage);

    /**
     * A replica that was lost has a new log, which is to be fetched anew; on the thread that made it. Until the
     * controller knows, it takes the replica out of the ISR again.
     */
    default void onReplaced(PartitionId partition) {}

    /** A follower cannot take what its leader has, for want of space; it tries again, and is told of once. */
    void onFull(PartitionId partition, DiskException cause);

    /** A follower drops records that it had taken for committed: only an unclean election explains that. */
    void onCommittedTruncated(PartitionId partition, long offset, long highWatermark);

    /** A follower dropped an answer of its leader that should not have come. */
    void onAnswerDiscarded(PartitionId partition, String reason);
}
