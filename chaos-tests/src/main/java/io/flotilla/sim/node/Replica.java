package io.flotilla.sim.node;

import io.flotilla.broker.isr.LeaderState;
import io.flotilla.broker.log.LogDamage;
import io.flotilla.broker.log.PartitionLog;
import io.flotilla.broker.partition.Partition;
import io.flotilla.broker.partition.PartitionStatus;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.image.Durability;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.image.PartitionState;
import io.flotilla.sim.check.NodeView;
import io.flotilla.sim.check.ReplicaView;
import io.flotilla.sim.check.StoredLog;
import io.flotilla.sim.check.Witness;
import io.flotilla.sim.world.Trace;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A replica as checks see it, and what it looked like when they last did. */
final class Replica implements ReplicaView {
    private record Numbers(
            PartitionStatus status, long logEnd, long durableEnd, List<Integer> maximalIsr, List<Long> reported) {}

    private final Node node;
    private final PartitionId id;
    private @Nullable Partition lastPartition;
    private @Nullable Numbers last;
    private long toldCommitted = -1;

    Replica(Node node, PartitionId id) {
        this.node = node;
        this.id = id;
    }

    private Optional<Partition> partition(Node of) {
        NodeRunWiring run = of.run();
        return run == null ? Optional.empty() : run.partition(id);
    }

    /** Tells what has changed since the last look. */
    void look() {
        Partition partition = partition(node).orElse(null);
        if (partition == null) {
            return;
        }
        PartitionStatus status = partition.status();
        PartitionLog log = partition.log();
        Numbers before = lastPartition == partition ? last : null;
        Numbers now = new Numbers(
                status,
                log.logEnd(),
                log.durableEnd(),
                partition.leadership().map(LeaderState::maximalIsr).orElse(List.of()),
                partition.leadership().map(this::reported).orElse(List.of()));
        if (now.equals(before)) {
            return;
        }
        lastPartition = partition;
        last = now;
        LogDamage damage = log.damage();
        if (damage != null && !node.mayLoseLogs()) {
            node.complain(NodeRunWiring.SOUND_DISK, id + " is called damaged, on disks that are sound: " + damage);
        }
        tell(before, now);
        node.around().watch().touches().replica(this);
    }

    private List<Long> reported(LeaderState leader) {
        List<Long> offsets = new ArrayList<>();
        leader.committed().replicas().forEach(replica -> offsets.add(leader.reportedBy(replica.brokerId())));
        offsets.add((long) leader.committed().partitionEpoch());
        return offsets;
    }

    private void tell(@Nullable Numbers before, Numbers now) {
        Witness witness = node.around().watch().witness();
        Trace trace = node.around().world().trace();
        PartitionStatus status = now.status();
        if (before == null
                || before.status().role() != status.role()
                || before.status().leaderEpoch() != status.leaderEpoch()) {
            toldCommitted = -1;
            trace.say(
                    "node " + node.id(),
                    "%s: %s in epoch %d, log to %d, durable to %d, committed to %d",
                    id,
                    status.role(),
                    status.leaderEpoch(),
                    now.logEnd(),
                    now.durableEnd(),
                    status.highWatermark());
        }
        if (status.role() == PartitionStatus.Role.OFFLINE && !node.mayLoseLogs()) {
            node.complain(NodeRunWiring.SOUND_DISK, id + " is offline, on disks that are sound");
        }
        if (before != null && now.logEnd() < before.logEnd()) {
            trace.say("node " + node.id(), "%s: cut from %d to %d", id, before.logEnd(), now.logEnd());
            long watermark = before.status().highWatermark();
            boolean heldCommitted = before.status().logStart() < watermark;
            witness.truncated(this, before.logEnd(), now.logEnd(), heldCommitted ? watermark : now.logEnd());
        }
        long committed = status.highWatermark();
        if (status.role() == PartitionStatus.Role.LEADER && committed > toldCommitted && leadsByController()) {
            witness.committed(this, Math.max(0, toldCommitted), committed);
            toldCommitted = committed;
        }
    }

    /** Whether it runs, or has files. */
    boolean exists() {
        return partition(node).isPresent()
                || node.drives().stream().anyMatch(drive -> drive.partitions().contains(id));
    }

    @Override
    public NodeView node() {
        return node;
    }

    @Override
    public PartitionId partition() {
        return id;
    }

    private MetadataImage committedImage() {
        return node.around().metadata().history().image();
    }

    @Override
    public Durability durability() {
        return committedImage()
                .topics()
                .withId(id.topic())
                .map(topic -> topic.settings().durability())
                .orElse(Durability.SYNCED);
    }

    @Override
    public Optional<PartitionStatus> status() {
        return partition(node).map(Partition::status);
    }

    @Override
    public Optional<LeaderState> leadership() {
        return partition(node).flatMap(Partition::leadership);
    }

    @Override
    public boolean leadsByController() {
        PartitionState state = committedImage().topics().partition(id).orElse(null);
        return state != null
                && state.leader() == node.id()
                && committedImage()
                        .brokers()
                        .broker(node.id())
                        .filter(broker -> broker.epoch() == node.brokerEpoch())
                        .isPresent()
                && leadership()
                        .filter(leader -> leader.leaderEpoch() == state.leaderEpoch())
                        .isPresent();
    }

    @Override
    public Optional<PartitionLog> log() {
        return partition(node).map(Partition::log);
    }

    @Override
    public StoredLog stored() {
        return read(false);
    }

    @Override
    public StoredLog surviving() {
        return read(true);
    }

    private StoredLog read(boolean certain) {
        for (Drive drive : node.drives()) {
            Optional<StoredLog> log = drive.log(id, certain);
            if (log.isPresent()) {
                return log.get();
            }
        }
        return StoredLog.EMPTY;
    }

    @Override
    public String toString() {
        return id + " on node " + node.id();
    }
}
