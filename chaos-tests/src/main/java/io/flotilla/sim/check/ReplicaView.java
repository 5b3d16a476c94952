package io.flotilla.sim.check;

import io.flotilla.broker.isr.LeaderState;
import io.flotilla.broker.log.PartitionLog;
import io.flotilla.broker.partition.PartitionStatus;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.image.Durability;
import java.util.Optional;

/**
 * One replica on one node: the running partition, and the files that it leaves. A replica of a node that is down has
 * files only.
 */
public interface ReplicaView {
    NodeView node();

    PartitionId partition();

    /** Of its topic, by the committed metadata. */
    Durability durability();

    /** As the partition published it at the end of its last turn; empty when it does not run. */
    Optional<PartitionStatus> status();

    /**
     * The leadership at work: its ISR view ({@code committed().isr()}), maximal ISR, what each follower reported in
     * this epoch ({@code reportedBy}), epoch start, high watermark. Empty unless it leads.
     */
    Optional<LeaderState> leadership();

    /** Whether it leads, and the committed metadata says the same of this run in this epoch. */
    boolean leadsByController();

    /** The log as its process has it: bounds, epoch history, producers. Empty when it does not run. */
    Optional<PartitionLog> log();

    /** What its files hold, unsynced bytes included: what the process reads, and a kill -9 leaves. */
    StoredLog stored();

    /** What a power loss at this moment would leave of it for certain; more may survive. */
    StoredLog surviving();
}
