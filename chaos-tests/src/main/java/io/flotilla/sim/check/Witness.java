package io.flotilla.sim.check;

import io.flotilla.model.id.PartitionId;

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

    /** A reader was told where the log ends; {@code ackedEnd} is the end of what was acknowledged when it asked. */
    default void endTold(PartitionId partition, int server, long end, long ackedEnd) {}

    /** The high watermark of a leader that the committed metadata confirms rose. */
    default void committed(ReplicaView leader, long from, long to) {}

    /** A replica's log end went back, by a truncation or a restart of the log; its watermark was {@code watermark}. */
    default void truncated(ReplicaView replica, long from, long to, long watermark) {}

    /** The committed metadata shows a new leadership. */
    default void elected(PartitionId partition, Election election) {}

    /** A node's process ended, with the power or without; its files are what it left. */
    default void ended(NodeView node, boolean powerLost) {}
}
