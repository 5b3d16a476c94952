package io.flotilla.sim.check;

import io.flotilla.model.id.PartitionId;
import java.util.List;

/** The whole cluster at one moment; read-only, and valid until the next event. */
public interface ClusterView {
    /** Simulated time, nanoseconds since the seed's beginning. */
    long nowNanos();

    /** Number of the event that ran last. */
    long event();

    ControllerView controller();

    /** All nodes, running or not, by id. */
    List<NodeView> nodes();

    /** The node with this id. */
    NodeView node(int id);

    /** Partitions of the topics that exist in the committed metadata, in order. */
    List<PartitionId> partitions();

    /** Replicas of the partition on all nodes that hold a log of it or run it, by node. */
    List<ReplicaView> replicas(PartitionId partition);

    /** What the run remembers and no node does. */
    Ghosts ghosts();

    /** What has been destroyed so far, and what that may cost. */
    LossBudget losses();
}
