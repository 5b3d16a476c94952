package io.flotilla.sim.check;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Compares logs with what was committed, each batch once for a log that has only grown since. */
final class Unchanged {
    private record Progress(Object lineage, PartitionGhost ghost, int batches) {}

    private final Map<ReplicaView, Progress> progress = new LinkedHashMap<>();

    /** The first batch of the log that ends at or below the offset, and is not what was committed there. */
    Optional<StoredBatch> look(ReplicaView replica, StoredLog log, PartitionGhost ghost, long below) {
        Progress seen = progress.get(replica);
        int index = seen != null && seen.lineage() == log.lineage() && seen.ghost() == ghost ? seen.batches() : 0;
        for (; index < log.size() && log.get(index).nextOffset() <= below; index++) {
            StoredBatch batch = log.get(index);
            StoredBatch was = ghost.committed().get(batch.baseOffset());
            if (was == null && batch.nextOffset() <= ghost.logStart()) {
                continue; // given up for good: nobody remembers what it was
            }
            if (was == null || was.hash() != batch.hash()) {
                return Optional.of(batch);
            }
        }
        progress.put(replica, new Progress(log.lineage(), ghost, index));
        return Optional.empty();
    }
}
