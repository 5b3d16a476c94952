package io.flotilla.sim.check;

import io.flotilla.broker.partition.PartitionStatus;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.image.PartitionState;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What was acknowledged with acks=all stands where the producer was told, on the leader and, at last, everywhere. */
public final class NoAckedLost implements Predicate, Witness {
    /** How many acknowledged records were found in a log that has only grown since. */
    private record Progress(Object lineage, PartitionGhost ghost, int acked) {}

    private final ClusterView cluster;
    private final Map<ReplicaView, Progress> progress = new LinkedHashMap<>();

    public NoAckedLost(ClusterView cluster) {
        this.cluster = cluster;
    }

    @Override
    public void acked(PartitionId partition, AckedRecord record) {
        AckedRecord before = cluster.ghosts().of(partition).acked().get(record.offset());
        check(
                before == null
                        || before.value() == record.value()
                        || !cluster.losses().mustKeep(partition),
                "offset %d of %s is acknowledged for value %d, and was for %s",
                record.offset(),
                partition,
                record.value(),
                before);
    }

    /** A leader without them would serve a log that misses what was promised. */
    @Override
    public void wholeLogs(ClusterView view) {
        for (PartitionId partition : view.partitions()) {
            if (view.losses().mustKeep(partition)) {
                view.replicas(partition).stream()
                        .filter(ReplicaView::leadsByController)
                        .filter(leader ->
                                !view.losses().isDestroyed(leader.node().id(), partition))
                        .forEach(leader -> look(leader, view.ghosts().of(partition)));
            }
        }
    }

    /**
     * Everybody in sync has all of it. A replica that is not may lag for ever, when nobody is left who may lead it on;
     * then what was acknowledged must still be on some disk, for whoever repairs the partition by hand (R19).
     */
    @Override
    public void healed(ClusterView view) {
        for (PartitionId partition : view.partitions()) {
            PartitionState state = view.controller().partition(partition).orElseThrow();
            if (!view.losses().mustKeep(partition)) {
                continue;
            }
            PartitionGhost ghost = view.ghosts().of(partition);
            view.replicas(partition).stream()
                    .filter(replica -> replica.status().isPresent())
                    .filter(replica -> state.isr().contains(replica.node().id()))
                    .filter(replica -> !view.losses().isDestroyed(replica.node().id(), partition))
                    .forEach(replica -> look(replica, ghost));
            if (!state.hasLeader() && !view.losses().isReplaced(partition)) {
                lookEverywhere(view.replicas(partition), ghost);
            }
        }
    }

    private void lookEverywhere(List<ReplicaView> replicas, PartitionGhost ghost) {
        for (AckedRecord record : ghost.ackedInOrder()) {
            check(
                    record.offset() < ghost.logStart()
                            || replicas.stream()
                                    .anyMatch(replica -> valueAt(replica.stored(), record.offset()) == record.value()),
                    "%s is nowhere any more, and nobody leads; there are %s",
                    record,
                    replicas);
        }
    }

    private void look(ReplicaView replica, PartitionGhost ghost) {
        if (replica.status()
                .filter(status -> status.role() == PartitionStatus.Role.OFFLINE)
                .isPresent()) {
            return;
        }
        StoredLog log = replica.stored();
        List<AckedRecord> acked = ghost.ackedInOrder();
        Progress seen = progress.get(replica);
        int from = seen != null && seen.lineage() == log.lineage() && seen.ghost() == ghost ? seen.acked() : 0;
        for (AckedRecord record : acked.subList(from, acked.size())) {
            if (record.offset() >= ghost.logStart()) { // else somebody wanted it deleted
                look(replica, log, record);
            }
        }
        progress.put(replica, new Progress(log.lineage(), ghost, acked.size()));
    }

    private void look(ReplicaView replica, StoredLog log, AckedRecord record) {
        check(
                valueAt(log, record.offset()) == record.value(),
                "%s of %s is not on broker %d, which holds %s there, begins at %d and ends at %d",
                record,
                replica.partition(),
                replica.node().id(),
                log.at(record.offset()),
                log.logStart(),
                log.end());
    }

    private static long valueAt(StoredLog log, long offset) {
        return log.at(offset).map(batch -> batch.valueAt(offset)).orElse(StoredBatch.NO_VALUE);
    }
}
