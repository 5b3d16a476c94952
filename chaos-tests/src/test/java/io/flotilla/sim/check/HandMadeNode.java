package io.flotilla.sim.check;

import io.flotilla.model.id.IncarnationId;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.image.MetadataImage;
import java.util.List;
import java.util.Optional;

/** A running broker whose state a test writes down. */
final class HandMadeNode implements NodeView {
    private final int id;
    final HandMadeReplica replica;
    int run = 1;
    MetadataImage applied = MetadataImage.EMPTY;

    HandMadeNode(HandMadeCluster cluster, int id) {
        this.id = id;
        this.replica = new HandMadeReplica(cluster, this);
    }

    @Override
    public int id() {
        return id;
    }

    @Override
    public boolean running() {
        return true;
    }

    @Override
    public boolean frozen() {
        return false;
    }

    @Override
    public IncarnationId incarnation() {
        return HandMadeCluster.incarnation(id, run);
    }

    @Override
    public long brokerEpoch() {
        return 100L * run + id;
    }

    @Override
    public MetadataImage applied() {
        return applied;
    }

    @Override
    public List<ReplicaView> replicas() {
        return List.of(replica);
    }

    @Override
    public Optional<ReplicaView> replica(PartitionId partition) {
        return Optional.of(replica);
    }
}
