package io.flotilla.sim.check;

import io.flotilla.model.id.PartitionId;
import java.util.List;

/** Is told of what happens, as it happens; what predicates need beyond the state of the moment. One thread. */
public interface Witness {
    /** A producer was told that the record is committed. */
    default void acked(PartitionId partition, AckedRecord record) {}

    /**
     * A reader was served a record.
     *
     * @param server the node that served it
     * @param highWatermark that the answer named
     */
    default void served(PartitionId partition, int server, long offset, long value, long highWatermark) {}

    /**
     * A reader that was served everything below the position was told that the log does not hold it.
     *
     * @param server the node that it last took for the leader
     */
    default void outOfRange(PartitionId partition, int server, long position) {}

    /** A reader was told where the log ends; {@code ackedEnd} is the end of what was acknowledged when it asked. */
    default void endTold(PartitionId partition, int server, long end, long ackedEnd) {}

    /** Somebody asks a leader to delete the records below the offset. */
    default void deleting(PartitionId partition, long below) {}

    /** He was told that they are gone, for good and everywhere. */
    default void deleted(PartitionId partition, long below) {}

    /** A follower tells its leader of the epoch that it holds all offsets below this, at the topic's durability. */
    default void reported(NodeView node, PartitionId partition, int leaderEpoch, long offset) {}

    /** The high watermark of a leader that the committed metadata confirms rose. */
    default void committed(ReplicaView leader, long from, long to) {}

    /**
     * A replica's log end went back, by a truncation or a restart of the log.
     *
     * @param watermark its own; the new end where it held nothing below, because all of that was given up
     */
    default void truncated(ReplicaView replica, long from, long to, long watermark) {}

    /**
     * A node says that its replica is about to drop records that it had taken for committed, all from the offset on.
     */
    default void droppedCommitted(NodeView node, PartitionId partition, long from, long watermark) {}

    /** The committed metadata shows a new leadership. */
    default void elected(PartitionId partition, Election election) {}

    /** A node's process is about to end, perhaps in the middle of a turn: the last look at what it holds. */
    default void ending(NodeView node) {}

    /**
     * A node's process ended without a warning. On {@code replicated} topics that counts as a loss even where the power
     * stayed: the broker that comes back cannot know, and is believed no more than after a power loss (KIP-966).
     */
    default void ended(NodeView node, boolean powerLost) {}

    /** One of a node's log directories failed under the running process: its logs count as gone (R6). */
    default void directoryFailed(NodeView node, List<PartitionId> partitions) {}
}
