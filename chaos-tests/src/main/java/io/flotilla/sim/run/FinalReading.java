package io.flotilla.sim.run;

import io.flotilla.model.id.PartitionId;
import io.flotilla.sim.check.AckedRecord;
import io.flotilla.sim.check.Ghosts;
import io.flotilla.sim.check.PartitionGhost;
import io.flotilla.sim.check.Violation;
import io.flotilla.sim.check.Witness;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a reader is served who begins at the beginning when all is over: everything, in order, without a gap, but for
 * what somebody wanted deleted.
 */
final class FinalReading implements Witness {
    private final Witness witness;
    private final TreeMap<PartitionId, TreeMap<Long, Long>> values = new TreeMap<>();
    /** Offset that must come next. */
    private final TreeMap<PartitionId, Long> next = new TreeMap<>();

    private final Ghosts ghosts;

    /** @param witness hears all of it, too */
    FinalReading(Witness witness, Ghosts ghosts, List<PartitionId> partitions) {
        this.witness = witness;
        this.ghosts = ghosts;
        partitions.forEach(partition -> next.put(partition, 0L));
    }

    @Override
    public void served(PartitionId partition, int server, long offset, long value, long highWatermark) {
        witness.served(partition, server, offset, value, highWatermark);
        Long due = next.get(partition);
        if (due != null) {
            boolean again = offset <= ghosts.of(partition).logStart(); // after an error it begins anew
            if (offset != due && !again) {
                throw new Violation(
                        "FinalReading",
                        "a new reader of " + partition + " is served offset " + offset + ", and " + due + " was due");
            }
            values.computeIfAbsent(partition, read -> new TreeMap<>()).put(offset, value);
            next.put(partition, offset + 1);
        }
    }

    @Override
    public void outOfRange(PartitionId partition, int server, long position) {
        witness.outOfRange(partition, server, position);
    }

    @Override
    public void endTold(PartitionId partition, int server, long end, long ackedEnd) {
        witness.endTold(partition, server, end, ackedEnd);
    }

    /** What of the partition is not read yet, which ends there. */
    Optional<String> missing(PartitionId partition, long end) {
        long read = next.getOrDefault(partition, 0L);
        return read >= end
                ? Optional.empty()
                : Optional.of("a new reader of " + partition + " is at " + read + " of " + end);
    }

    /**
     * Fails unless it saw what was acknowledged.
     *
     * @param sinceNanos when it must have been acknowledged for that
     */
    void judge(PartitionId partition, PartitionGhost ghost, long sinceNanos) {
        Map<Long, Long> all = values.getOrDefault(partition, new TreeMap<>());
        for (AckedRecord record : ghost.ackedInOrder()) {
            Long read = all.get(record.offset());
            boolean kept = record.offset() >= ghost.logStart() && record.atNanos() >= sinceNanos;
            if (kept && (read == null || read != record.value())) {
                throw new Violation(
                        "FinalReading", record + " of " + partition + " was acknowledged; a new reader gets " + read);
            }
        }
    }
}
