package io.flotilla.sim.check;

import io.flotilla.broker.partition.PartitionStatus;
import io.flotilla.model.id.PartitionId;
import java.util.List;

/**
 * Two replicas that hold a batch of one epoch at one offset hold the same batches up to there; and what both take for
 * committed is the same.
 */
public final class LogMatching implements Predicate {
    @Override
    public void wholeLogs(ClusterView cluster) {
        for (PartitionId partition : cluster.partitions()) {
            if (cluster.losses().mustKeep(partition)) {
                List<ReplicaView> replicas = cluster.replicas(partition);
                for (int i = 0; i < replicas.size(); i++) {
                    for (int j = i + 1; j < replicas.size(); j++) {
                        compare(replicas.get(i), replicas.get(j));
                    }
                }
            }
        }
    }

    private void compare(ReplicaView one, ReplicaView other) {
        List<StoredBatch> ones = one.stored().batches();
        List<StoredBatch> others = other.stored().batches();
        long end = Math.min(one.stored().end(), other.stored().end()); // a file with a bad bit is read up to there
        long committed = Math.min(end, Math.min(highWatermark(one), highWatermark(other)));
        boolean shared = false;
        int i = Math.min(one.stored().indexOf(end), ones.size() - 1);
        int j = Math.min(other.stored().indexOf(end), others.size() - 1);
        while (i >= 0 && j >= 0) {
            StoredBatch left = ones.get(i);
            StoredBatch right = others.get(j);
            boolean sameRange = left.baseOffset() == right.baseOffset() && left.nextOffset() == right.nextOffset();
            shared |= left.baseOffset() == right.baseOffset() && left.leaderEpoch() == right.leaderEpoch();
            boolean mustAgree = shared || Math.max(left.nextOffset(), right.nextOffset()) <= committed;
            check(
                    !mustAgree || (sameRange && left.hash() == right.hash()),
                    "brokers %d and %d hold %s and %s of %s, and agree on something later or take both for committed",
                    one.node().id(),
                    other.node().id(),
                    left,
                    right,
                    one.partition());
            boolean leftIsLater = left.baseOffset() >= right.baseOffset();
            boolean rightIsLater = right.baseOffset() >= left.baseOffset();
            i -= leftIsLater ? 1 : 0;
            j -= rightIsLater ? 1 : 0;
        }
    }

    /** Below 0 for a replica that does not run: what it would take for committed is not told yet. */
    private static long highWatermark(ReplicaView replica) {
        return Duty.of(replica).isPresent()
                ? replica.status().map(PartitionStatus::highWatermark).orElse(-1L)
                : -1;
    }
}
