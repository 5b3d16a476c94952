package io.flotilla.sim.check;

import io.flotilla.broker.isr.LeaderState;
import io.flotilla.broker.partition.PartitionStatus;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A leader's high watermark rises only to what every member of its maximal ISR holds and has reported in this epoch,
 * and only while its ISR has the minimum.
 */
public final class HwAdvance implements Predicate, Witness {
    /** A leadership as it was last seen. */
    private record Seen(
            Duty duty, long highWatermark, int partitionEpoch, boolean belowMinIsr, List<Integer> counted) {}

    private final Map<ReplicaId, Seen> leaders = new TreeMap<>();
    private final FollowerReports reports = new FollowerReports();

    @Override
    public void truncated(ReplicaView replica, long from, long to, long watermark) {
        reports.truncated(replica, to);
    }

    @Override
    public void afterEvent(ClusterView cluster, Touched touched) {
        reports.note(touched);
        for (ReplicaView replica : touched.replicas()) {
            Duty duty = Duty.of(replica).filter(Duty::leads).orElse(null);
            LeaderState leader = replica.leadership().orElse(null);
            if (duty != null && leader != null) {
                look(replica, duty, leader);
            }
        }
    }

    /** An event may show the leader several things: what it did may be right by its state before, or by that after. */
    private void look(ReplicaView replica, Duty duty, LeaderState leader) {
        Seen now = new Seen(
                duty,
                leader.highWatermark(),
                leader.committed().partitionEpoch(),
                leader.committed().isr().size() < leader.committed().isrSizeMin(),
                leader.maximalIsr());
        Seen before = leaders.put(ReplicaId.of(replica), now);
        boolean comparable =
                before != null && before.duty().equals(duty) && now.partitionEpoch() - before.partitionEpoch() <= 1;
        if (!comparable || now.highWatermark() <= before.highWatermark()) {
            return;
        }
        check(
                !before.belowMinIsr() || !now.belowMinIsr(),
                "broker %d moves the high watermark of %s from %d to %d below min ISR",
                replica.node().id(),
                replica.partition(),
                before.highWatermark(),
                now.highWatermark());
        long held = Math.max(held(replica, duty, before.counted()), held(replica, duty, now.counted()));
        check(
                now.highWatermark() <= held,
                "broker %d moves the high watermark of %s in epoch %d from %d to %d; %s hold all below %d",
                replica.node().id(),
                replica.partition(),
                duty.leaderEpoch(),
                before.highWatermark(),
                now.highWatermark(),
                now.counted(),
                held);
    }

    private long held(ReplicaView leader, Duty duty, List<Integer> counted) {
        long held = leader.status().map(PartitionStatus::reportedOffset).orElse(FollowerReports.NOTHING);
        for (int id : counted) {
            if (id != leader.node().id()) {
                held = Math.min(held, reports.offset(leader.partition(), id, duty.leaderEpoch()));
            }
        }
        return held;
    }
}
