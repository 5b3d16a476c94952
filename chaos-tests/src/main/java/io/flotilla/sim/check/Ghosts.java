package io.flotilla.sim.check;

import io.flotilla.model.id.PartitionId;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * What a whole run remembers, by partition. Hears of everything before the predicates look, so that they see the event
 * in it; a predicate that wants to judge an event by what was known before is a {@link Witness} itself, which is told
 * first.
 */
public final class Ghosts implements Witness {
    private final TreeMap<PartitionId, PartitionGhost> partitions = new TreeMap<>();

    /** Of the partition, be it empty. */
    public PartitionGhost of(PartitionId partition) {
        return partitions.computeIfAbsent(partition, id -> new PartitionGhost());
    }

    /** Forgets what was committed, and remembers what the leader's log holds below its high watermark instead. */
    public void beginAnew(ReplicaView leader, long highWatermark) {
        PartitionGhost ghost = new PartitionGhost();
        ghost.mayDelete(of(leader.partition()).logStart());
        ghost.commit(leader.stored(), highWatermark);
        partitions.put(leader.partition(), ghost);
    }

    /** All that anything is remembered of, deleted topics included. */
    public NavigableMap<PartitionId, PartitionGhost> all() {
        return Collections.unmodifiableNavigableMap(partitions);
    }

    @Override
    public void acked(PartitionId partition, AckedRecord record) {
        of(partition).acknowledge(record);
    }

    @Override
    public void served(PartitionId partition, int server, long offset, long value, long highWatermark) {
        of(partition).serve(offset, value);
    }

    @Override
    public void committed(ReplicaView leader, long from, long to) {
        of(leader.partition()).commit(leader.stored(), to);
    }

    @Override
    public void deleting(PartitionId partition, long below) {
        of(partition).mayDelete(below);
    }

    @Override
    public void deleted(PartitionId partition, long below) {
        of(partition).delete(below);
    }

    @Override
    public void elected(PartitionId partition, Election election) {
        of(partition).elect(election);
    }
}
