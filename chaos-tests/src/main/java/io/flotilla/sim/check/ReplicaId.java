package io.flotilla.sim.check;

import io.flotilla.model.id.PartitionId;
import java.util.Comparator;

/** One partition on one node. */
record ReplicaId(PartitionId partition, int node) implements Comparable<ReplicaId> {
    private static final Comparator<ReplicaId> ORDER =
            Comparator.comparing(ReplicaId::partition).thenComparingInt(ReplicaId::node);

    static ReplicaId of(ReplicaView replica) {
        return new ReplicaId(replica.partition(), replica.node().id());
    }

    @Override
    public int compareTo(ReplicaId other) {
        return ORDER.compare(this, other);
    }
}
