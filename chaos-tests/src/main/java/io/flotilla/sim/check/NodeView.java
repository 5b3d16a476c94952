package io.flotilla.sim.check;

import io.flotilla.model.id.IncarnationId;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.image.MetadataImage;
import java.util.List;
import java.util.Optional;

/** One node: its process, if it runs, and its disks. */
public interface NodeView {
    int id();

    /** Whether its process runs; a frozen one does. */
    boolean running();

    /** Whether its process is stopped by a signal, and does nothing. */
    boolean frozen();

    /** Of the present run; of the last one while it is down. */
    IncarnationId incarnation();

    /** Registration of the present run, -1 before it has one and while the node is down. */
    long brokerEpoch();

    /** What the present run has applied; empty, at revision 0, before that and while the node is down. */
    MetadataImage applied();

    /** The replicas that it runs or holds a log of, by partition. */
    List<ReplicaView> replicas();

    /** Its replica of the partition; empty when it neither runs nor stores one. */
    Optional<ReplicaView> replica(PartitionId partition);
}
