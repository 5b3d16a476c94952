package io.flotilla.sim.check;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** What the run remembers of one partition of one topic id. One thread; predicates only read it. */
public final class PartitionGhost {
    private final TreeMap<Long, AckedRecord> acked = new TreeMap<>();
    private final List<AckedRecord> ackedInOrder = new ArrayList<>();
    private final TreeMap<Long, StoredBatch> committed = new TreeMap<>();
    private final TreeMap<Long, Long> served = new TreeMap<>();
    private final List<Election> elections = new ArrayList<>();
    private long trueHighWatermark;
    private long deletable;
    private long deletedEnd;

    /** Records acknowledged with acks=all, by offset. */
    public NavigableMap<Long, AckedRecord> acked() {
        return Collections.unmodifiableNavigableMap(acked);
    }

    /** The same in the order in which producers were told. */
    public List<AckedRecord> ackedInOrder() {
        return Collections.unmodifiableList(ackedInOrder);
    }

    /** Offset after the last acknowledged record, 0 without one. */
    public long ackedEnd() {
        return acked.isEmpty() ? 0 : acked.lastKey() + 1;
    }

    /**
     * Each batch as it was when a confirmed leader's high watermark first passed it, by base offset: G of the design.
     */
    public NavigableMap<Long, StoredBatch> committed() {
        return Collections.unmodifiableNavigableMap(committed);
    }

    /** The committed batch that holds the offset. */
    public Optional<StoredBatch> committedAt(long offset) {
        return Optional.ofNullable(committed.floorEntry(offset))
                .map(entry -> entry.getValue())
                .filter(batch -> batch.nextOffset() > offset);
    }

    /** The largest offset that a confirmed leader's high watermark has passed. */
    public long trueHighWatermark() {
        return trueHighWatermark;
    }

    /** Where a log may begin: the largest offset below which somebody has asked for records to be deleted. */
    public long logStart() {
        return deletable;
    }

    /** Where no leader's log may begin before: somebody was told that all below is deleted. */
    public long deletedEnd() {
        return deletedEnd;
    }

    /** Values that readers were served, by offset; the first one for each. */
    public NavigableMap<Long, Long> served() {
        return Collections.unmodifiableNavigableMap(served);
    }

    /** All leaderships, in order. */
    public List<Election> elections() {
        return Collections.unmodifiableList(elections);
    }

    void acknowledge(AckedRecord record) {
        if (acked.putIfAbsent(record.offset(), record) == null) {
            ackedInOrder.add(record);
        }
    }

    void serve(long offset, long value) {
        served.putIfAbsent(offset, value);
    }

    void mayDelete(long below) {
        deletable = Math.max(deletable, below);
    }

    void delete(long below) {
        deletedEnd = Math.max(deletedEnd, below);
    }

    void elect(Election election) {
        elections.add(election);
    }

    void commit(StoredLog log, long to) {
        List<StoredBatch> batches = log.batches();
        for (int i = log.indexOf(trueHighWatermark);
                i < batches.size() && batches.get(i).nextOffset() <= to;
                i++) {
            committed.putIfAbsent(batches.get(i).baseOffset(), batches.get(i));
        }
        trueHighWatermark = Math.max(trueHighWatermark, Math.min(to, log.end()));
    }
}
