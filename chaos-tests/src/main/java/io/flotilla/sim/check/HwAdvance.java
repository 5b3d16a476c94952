package io.flotilla.sim.check;

import io.flotilla.broker.isr.CommittedPartition;
import io.flotilla.broker.isr.LeaderState;
import io.flotilla.broker.log.PartitionLog;
import io.flotilla.broker.partition.PartitionStatus;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.image.Durability;
import io.flotilla.sim.check.Steps.Step;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A leader's high watermark rises only to what every member of its maximal ISR holds and has reported in this epoch,
 * and only while its ISR has the minimum.
 */
public final class HwAdvance implements Predicate, Witness {
    /**
     * A leadership as it was last seen.
     *
     * @param revision of the metadata that the node had applied
     */
    private record Seen(Duty duty, long highWatermark, CommittedPartition known, List<Integer> counted, long revision) {
        Steps.End at() {
            return new Steps.End(known, revision);
        }

        boolean belowMinIsr() {
            return known.belowMinIsr();
        }
    }

    private final Map<ReplicaId, Seen> leaders = new TreeMap<>();
    private final FollowerReports reports = new FollowerReports();

    @Override
    public void truncated(ReplicaView replica, long from, long to, long watermark) {
        reports.truncated(replica, to);
    }

    @Override
    public void reported(NodeView node, PartitionId partition, int leaderEpoch, long offset) {
        ReplicaView replica = node.replica(partition).orElse(null);
        PartitionLog log = replica == null ? null : replica.log().orElse(null);
        if (replica != null && log != null) {
            boolean synced = node.applied()
                    .topics()
                    .withId(partition.topic()) // else nobody knows any more
                    .filter(topic -> topic.settings().durability() == Durability.SYNCED)
                    .isPresent();
            long held = synced ? log.durableEnd() : log.logEnd();
            check(
                    offset <= held,
                    "broker %d reports %d of %s in epoch %d and holds %d",
                    node.id(),
                    offset,
                    partition,
                    leaderEpoch,
                    held);
        }
        reports.told(node, partition, leaderEpoch, offset);
    }

    @Override
    public void ending(NodeView node) {
        reports.noteLast(node);
    }

    @Override
    public void afterEvent(ClusterView cluster, Touched touched) {
        reports.note(touched);
        for (ReplicaView replica : touched.replicas()) {
            Duty duty = Duty.of(replica).filter(Duty::leads).orElse(null);
            LeaderState leader = replica.leadership().orElse(null);
            if (duty != null && leader != null) {
                look(cluster, replica, seen(replica, duty, leader));
            }
        }
    }

    private static Seen seen(ReplicaView replica, Duty duty, LeaderState leader) {
        return new Seen(
                duty,
                leader.highWatermark(),
                leader.committed(),
                leader.maximalIsr(),
                replica.node().applied().revision());
    }

    /**
     * An event may show the leader several things: what it did may be right by its state before, by that after, or by
     * any that the committed metadata had in between.
     */
    private void look(ClusterView cluster, ReplicaView replica, Seen now) {
        Seen before = leaders.put(ReplicaId.of(replica), now);
        if (before == null || !before.duty().equals(now.duty()) || now.highWatermark() <= before.highWatermark()) {
            return;
        }
        List<Step> between = Steps.between(cluster, replica.partition(), before.at(), now.at());
        check(
                !before.belowMinIsr() || !now.belowMinIsr() || between.stream().anyMatch(step -> !step.belowMinIsr()),
                "broker %d moves the high watermark of %s from %d to %d below min ISR",
                replica.node().id(),
                replica.partition(),
                before.highWatermark(),
                now.highWatermark());
        long held = Math.max(held(replica, now.duty(), before.counted()), held(replica, now.duty(), now.counted()));
        for (Step step : between) {
            held = Math.max(held, held(replica, now.duty(), step.isr()));
        }
        check(
                now.highWatermark() <= held,
                "broker %d moves the high watermark of %s in epoch %d from %d to %d; %s hold all below %d",
                replica.node().id(),
                replica.partition(),
                now.duty().leaderEpoch(),
                before.highWatermark(),
                now.highWatermark(),
                now.counted(),
                held);
    }

    private long held(ReplicaView leader, Duty duty, Collection<Integer> counted) {
        long held = leader.status().map(PartitionStatus::reportedOffset).orElse(FollowerReports.NOTHING);
        for (int id : counted) {
            if (id != leader.node().id()) {
                held = Math.min(held, reports.offset(leader.partition(), id, duty.leaderEpoch()));
            }
        }
        return held;
    }
}
