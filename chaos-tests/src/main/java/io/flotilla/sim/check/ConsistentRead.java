package io.flotilla.sim.check;

import io.flotilla.model.id.PartitionId;
import java.util.Optional;

/**
 * What a reader was served at an offset nobody is ever served otherwise, it is what was committed there, and it lay
 * below the high watermark of the server; and no reader is told that the log ends before what it was served.
 */
public final class ConsistentRead implements Predicate, Witness {
    private final ClusterView cluster;

    public ConsistentRead(ClusterView cluster) {
        this.cluster = cluster;
    }

    @Override
    public void served(PartitionId partition, int server, long offset, long value, long highWatermark) {
        check(
                offset < highWatermark,
                "broker %d serves offset %d of %s at a high watermark of %d",
                server,
                offset,
                partition,
                highWatermark);
        if (!cluster.losses().mustKeep(partition)) {
            return;
        }
        PartitionGhost ghost = cluster.ghosts().of(partition);
        Long before = ghost.served().get(offset);
        if (before != null) {
            check(
                    before == value,
                    "broker %d serves value %d at offset %d of %s, and %d was served before",
                    server,
                    value,
                    offset,
                    partition,
                    before);
        }
        ghost.committedAt(offset)
                .ifPresent(batch -> check(
                        batch.valueAt(offset) == value,
                        "broker %d serves value %d at offset %d of %s, and %d is committed there",
                        server,
                        value,
                        offset,
                        partition,
                        batch.valueAt(offset)));
    }

    /** What was served is committed, and stays: where it ends the log ends, or goes on (R15). */
    @Override
    public void outOfRange(PartitionId partition, int server, long position) {
        check(
                position < cluster.ghosts().of(partition).logStart()
                        || !cluster.losses().mustKeep(partition),
                "broker %d calls offset %d of %s out of range, and everything before was served",
                server,
                position,
                partition);
    }

    @Override
    public void healed(ClusterView view) {
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

    private void look(ReplicaView leader, PartitionGhost ghost) {
        StoredLog log = leader.stored();
        ghost.served().tailMap(ghost.logStart(), true).forEach((offset, value) -> {
            Optional<StoredBatch> batch = log.at(offset);
            check(
                    batch.filter(found -> found.valueAt(offset) == value).isPresent(),
                    "value %d was served at offset %d of %s, where its leader, broker %d, has %s now",
                    value,
                    offset,
                    leader.partition(),
                    leader.node().id(),
                    batch);
        });
    }
}
