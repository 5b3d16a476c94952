package io.flotilla.sim.check;

import io.flotilla.broker.log.EpochHistory.Start;
import io.flotilla.broker.log.PartitionLog;
import io.flotilla.model.id.PartitionId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The epochs that a log remembers are those of its batches, and rise strictly; no batch is of a later epoch than its
 * replica knows.
 */
public final class EpochHistory implements Predicate {
    private final Map<ReplicaId, Walk> walks = new TreeMap<>();

    @Override
    public void afterEvent(ClusterView cluster, Touched touched) {
        for (ReplicaView replica : touched.replicas()) {
            int own = Duty.of(replica).map(Duty::leaderEpoch).orElse(Integer.MAX_VALUE);
            int latest = replica.log().map(PartitionLog::lastEpoch).orElse(-1);
            check(
                    latest <= own,
                    "broker %d holds a batch of epoch %d of %s, and knows epochs up to %d",
                    replica.node().id(),
                    latest,
                    replica.partition(),
                    own);
        }
    }

    @Override
    public void wholeLogs(ClusterView cluster) {
        for (PartitionId partition : cluster.partitions()) {
            for (ReplicaView replica : cluster.replicas(partition)) {
                replica.log().filter(log -> Duty.hasSoundLog(replica)).ifPresent(log -> look(replica, log));
            }
        }
    }

    private void look(ReplicaView replica, PartitionLog log) {
        Walk walk = walks.computeIfAbsent(ReplicaId.of(replica), id -> new Walk());
        walk.follow(replica.stored());
        List<Start> remembered = ofBatches(log);
        List<Start> computed = walk.from(log.logStart(), log.logEnd());
        check(
                remembered.equals(computed),
                "broker %d remembers the epochs %s of %s, and its batches have %s",
                replica.node().id(),
                remembered,
                replica.partition(),
                computed);
    }

    /** Without the epoch of the last batch that was given up, which a log may remember. */
    private static List<Start> ofBatches(PartitionLog log) {
        List<Start> starts = log.epochs().starts();
        boolean given = !starts.isEmpty()
                && starts.get(0).startOffset() == log.logStart()
                && (starts.size() > 1 ? starts.get(1).startOffset() : log.logEnd()) == log.logStart();
        return given ? starts.subList(1, starts.size()) : starts;
    }

    private static final class Walk extends LogFold {
        private final List<Start> starts = new ArrayList<>();

        @Override
        void forget() {
            starts.clear();
        }

        @Override
        void add(StoredBatch batch) {
            if (starts.isEmpty() || starts.get(starts.size() - 1).epoch() != batch.leaderEpoch()) {
                starts.add(new Start(batch.leaderEpoch(), batch.baseOffset()));
            }
        }

        /** As a log of these bounds should remember it. */
        List<Start> from(long logStart, long logEnd) {
            List<Start> kept = new ArrayList<>();
            for (Start start : starts) {
                if (start.startOffset() <= logStart) {
                    kept.clear();
                }
                kept.add(new Start(start.epoch(), Math.max(start.startOffset(), logStart)));
            }
            return logStart >= logEnd ? List.of() : kept;
        }
    }
}
