package io.flotilla.sim.check;

import io.flotilla.broker.isr.CommittedPartition;
import io.flotilla.broker.isr.IsrSettings;
import io.flotilla.broker.isr.LeaderStart;
import io.flotilla.broker.isr.LeaderState;
import io.flotilla.broker.isr.ReplicaReport;
import io.flotilla.broker.isr.ReplicaView;
import io.flotilla.broker.log.PartitionLog;
import io.flotilla.broker.partition.PartitionStatus;
import io.flotilla.broker.partition.PartitionStatus.Role;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.image.Durability;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A replica whose state a test writes down. */
final class HandMadeReplica implements io.flotilla.sim.check.ReplicaView {
    private static final int MIN_ISR = 2;

    private final HandMadeCluster cluster;
    private final HandMadeNode node;
    private Optional<PartitionStatus> status = Optional.empty();
    private Optional<LeaderState> leadership = Optional.empty();
    Optional<PartitionLog> log = Optional.empty();
    StoredLog stored = StoredLog.EMPTY;

    HandMadeReplica(HandMadeCluster cluster, HandMadeNode node) {
        this.cluster = cluster;
        this.node = node;
    }

    /** Follows in the epoch and holds all below the offset. */
    HandMadeReplica follows(int epoch, long holds, long highWatermark) {
        leadership = Optional.empty();
        return is(Role.FOLLOWER, epoch, holds, highWatermark);
    }

    /** Begins to lead in the epoch, with the log end of before, and holds it all. */
    HandMadeReplica leads(int epoch, List<Integer> isr, long logEnd, long highWatermark) {
        LeaderStart start = new LeaderStart(node.id(), node.brokerEpoch(), logEnd, logEnd, highWatermark);
        leadership = Optional.of(new LeaderState(start, view(epoch, 1, isr), IsrSettings.defaults(), 0));
        return is(Role.LEADER, epoch, logEnd, highWatermark);
    }

    static CommittedPartition view(int leaderEpoch, int partitionEpoch, List<Integer> isr) {
        return view(leaderEpoch, partitionEpoch, isr, MIN_ISR);
    }

    static CommittedPartition view(int leaderEpoch, int partitionEpoch, List<Integer> isr, int minIsr) {
        List<ReplicaView> replicas =
                Stream.of(1, 2, 3).map(id -> new ReplicaView(id, 1, 100 + id)).toList();
        return new CommittedPartition(leaderEpoch, partitionEpoch, replicas, isr, minIsr);
    }

    /** The leader takes a fetch for true. */
    HandMadeReplica hears(int follower, long reported) {
        leadership.orElseThrow().onFetch(new ReplicaReport(follower, 100 + follower, 1, 1, reported, 0), 1);
        return publishes();
    }

    /** The leader appends up to the offset and holds it all. */
    HandMadeReplica appends(long logEnd) {
        leadership.orElseThrow().onAppended(logEnd, 1);
        leadership.orElseThrow().onOwnReported(logEnd, 1);
        return publishes();
    }

    HandMadeReplica applies(CommittedPartition committed) {
        leadership.orElseThrow().onMetadata(committed, 1);
        return publishes();
    }

    private HandMadeReplica publishes() {
        LeaderState leader = leadership.orElseThrow();
        return is(Role.LEADER, leader.leaderEpoch(), leader.logEnd(), leader.highWatermark());
    }

    HandMadeReplica is(Role role, int epoch, long logEnd, long highWatermark) {
        status = Optional.of(new PartitionStatus(role, -1, epoch, List.of(), 0, logEnd, logEnd, highWatermark));
        return this;
    }

    HandMadeReplica stores(StoredLog batches) {
        stored = batches;
        return this;
    }

    @Override
    public NodeView node() {
        return node;
    }

    @Override
    public PartitionId partition() {
        return HandMadeCluster.PARTITION;
    }

    @Override
    public Durability durability() {
        return Durability.SYNCED;
    }

    @Override
    public Optional<PartitionStatus> status() {
        return status;
    }

    @Override
    public Optional<LeaderState> leadership() {
        return leadership;
    }

    @Override
    public boolean leadsByController() {
        return status.filter(now -> now.role() == Role.LEADER)
                .flatMap(now -> cluster.partition(partition())
                        .filter(state -> state.leader() == node.id() && state.leaderEpoch() == now.leaderEpoch()))
                .isPresent();
    }

    @Override
    public Optional<PartitionLog> log() {
        return log;
    }

    @Override
    public StoredLog stored() {
        return stored;
    }

    @Override
    public StoredLog surviving() {
        return stored;
    }
}
