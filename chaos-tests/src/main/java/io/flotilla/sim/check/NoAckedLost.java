package io.flotilla.sim.check;

import io.flotilla.broker.partition.PartitionStatus;
import io.flotilla.model.id.PartitionId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What was acknowledged with acks=all stands where the producer was told, on the leader and, at last, everywhere. */
public final class NoAckedLost implements Predicate, Witness {
    /** How many acknowledged records were found in a log that has only grown since. */
    private record Progress(Object lineage, int acked) {}

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

    @Override
    public void healed(ClusterView view) {
        for (PartitionId partition : view.partitions()) {
            if (view.losses().mustKeep(partition)) {
                view.replicas(partition).stream()
                        .filter(replica -> replica.status().isPresent())
                        .filter(replica ->
                                !view.losses().isDestroyed(replica.node().id(), partition))
                        .forEach(replica -> look(replica, view.ghosts().of(partition)));
            }
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
        int from = seen != null && seen.lineage() == log.lineage() ? seen.acked() : 0;
        for (AckedRecord record : acked.subList(from, acked.size())) {
            if (record.offset() >= log.logStart()) {
                look(replica, log, record);
            }
        }
        progress.put(replica, new Progress(log.lineage(), acked.size()));
    }

    private void look(ReplicaView replica, StoredLog log, AckedRecord record) {
        int index = log.indexOf(record.offset());
        StoredBatch batch = index < log.size() ? log.get(index) : null;
        long value = batch == null || batch.baseOffset() > record.offset()
                ? StoredBatch.NO_VALUE
                : batch.values().get((int) (record.offset() - batch.baseOffset()));
        check(
                value == record.value(),
                "%s of %s is not on broker %d, which holds %s there and ends at %d",
                record,
                replica.partition(),
                replica.node().id(),
                batch,
                log.end());
    }
}
