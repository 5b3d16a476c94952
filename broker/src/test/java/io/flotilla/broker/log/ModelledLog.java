package io.flotilla.broker.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.model.id.PartitionId;
import io.flotilla.model.record.BatchRegion;
import io.flotilla.model.record.BatchView;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** What one log must hold, as a list of batches, and what of it was promised to survive. */
final class ModelledLog {
    final PartitionId id;

    /** What the log holds now, and before that what it gave up and a restart may still find. */
    private final ArrayList<ByteBuffer> batches = new ArrayList<>();

    /** What an operation under way would add; after a crash any prefix of it may be there. */
    private final ArrayList<ByteBuffer> arriving = new ArrayList<>();

    /** Everything below is there after a power loss: somebody was told so. */
    private long promised;

    /** A restart finds the log to start here or later. */
    private long notedStart;

    private long start;
    /** Where the log begins if the operation under way got far enough. */
    private long startSoon;
    /** The operation under way empties the log, to begin at {@code startSoon}. */
    private boolean restarting;

    /** The operation under way cuts off what ends above. */
    private long cut = Long.MAX_VALUE;

    ModelledLog(PartitionId id) {
        this.id = id;
    }

    // ---- before an operation, which a crash may interrupt ----------------------------------------------------------

    void beginAppend(ByteBuffer region) {
        BatchRegion.of(region).forEach(batch -> arriving.add(batch.entry()));
    }

    void beginTruncation(long target) {
        long end = batches.isEmpty() ? target : Batches.view(batches.get(0)).baseOffset();
        for (var batch : batches) {
            long next = Batches.view(batch).nextOffset();
            end = next <= target ? next : end;
        }
        if (end < start) { // inside the first batch, of which only the end still counts
            beginRestartAt(end);
        } else {
            promised = Math.min(promised, end);
            cut = end;
        }
    }

    void beginStartAt(long offset) {
        startSoon = Math.max(start, offset);
    }

    void beginRestartAt(long offset) {
        promised = 0;
        startSoon = offset;
        restarting = true;
    }

    void beginDeletion() {
        beginRestartAt(0);
    }

    // ---- after it ------------------------------------------------------------------------------------------------

    void appended() {
        batches.addAll(arriving);
        arriving.clear();
    }

    void truncated(long target, PartitionLog log) {
        if (restarting) {
            restarted(log.logStart());
        }
        batches.removeIf(batch -> Batches.view(batch).nextOffset() > target);
        cut = Long.MAX_VALUE;
    }

    void startsAt(long offset) {
        start = Math.max(start, offset);
        startSoon = start;
    }

    /** The log's start is durably noted up to here. */
    void noted(long offset) {
        notedStart = offset;
        batches.removeIf(batch -> Batches.view(batch).nextOffset() <= notedStart);
    }

    void restarted(long offset) {
        batches.clear();
        notedStart = offset;
        start = offset;
        startSoon = offset;
        restarting = false;
    }

    void promise(long durableEnd) {
        promised = Math.max(promised, durableEnd);
    }

    // ---- checks --------------------------------------------------------------------------------------------------

    /** The log without a restart in between. */
    void check(PartitionLog log) {
        assertThat(log.damage()).isNull();
        assertThat(log.logStart()).isEqualTo(start);
        assertThat(LogOnDisk.content(log.view(), start, 700)).isEqualTo(from(start, batches));
        assertThat(log.durableEnd()).isBetween(promised, log.logEnd());
        checkState(log);
    }

    /**
     * The log after a restart, from which the model goes on.
     *
     * @param everything nothing that was written may be missing: the process ended, the power did not
     */
    void checkAfterRestart(PartitionLog log, boolean everything) {
        assertThat(log.damage()).isNull();
        assertThat(log.logStart()).isBetween(Math.min(notedStart, startSoon), Math.max(start, startSoon));
        var found = LogOnDisk.content(log.view(), log.logStart(), Integer.MAX_VALUE);
        var all = new ArrayList<>(batches);
        all.addAll(arriving);
        var possible = from(log.logStart(), all);
        long least =
                possible.stream().filter(batch -> isThere(batch, everything)).count();
        assertThat(found.size()).isBetween((int) (restarting ? 0 : least), possible.size());
        assertThat(found).isEqualTo(possible.subList(0, found.size()));
        batches.clear();
        batches.addAll(found);
        arriving.clear();
        start = log.logStart();
        startSoon = start;
        notedStart = start;
        restarting = false;
        cut = Long.MAX_VALUE;
        promised = log.durableEnd();
        assertThat(promised).isEqualTo(log.logEnd());
        checkState(log);
    }

    private static List<ByteBuffer> from(long start, List<ByteBuffer> batches) {
        return batches.stream()
                .filter(batch -> Batches.view(batch).nextOffset() > start)
                .toList();
    }

    private boolean isThere(ByteBuffer batch, boolean everything) {
        long next = Batches.view(batch).nextOffset();
        return next <= promised || (everything && next <= cut && batches.contains(batch));
    }

    /** A log that gave everything up may still know the last epoch that it had, which has no batch any more. */
    static List<EpochHistory.Start> withBatches(PartitionLog log) {
        var starts = log.epochs().starts();
        var kept = new ArrayList<EpochHistory.Start>();
        for (int i = 0; i < starts.size(); i++) {
            long end = i + 1 < starts.size() ? starts.get(i + 1).startOffset() : log.logEnd();
            if (end > starts.get(i).startOffset()) {
                kept.add(starts.get(i));
            }
        }
        return kept;
    }

    private void checkState(PartitionLog log) {
        var epochs = new EpochHistory();
        var newest = new TreeMap<Long, BatchView>();
        for (var bytes : from(start, batches)) {
            var batch = Batches.view(bytes);
            epochs.note(batch.leaderEpoch(), Math.max(batch.baseOffset(), start));
            if (batch.isIdempotent()) {
                newest.put(batch.producerId(), batch);
            }
        }
        assertThat(withBatches(log)).isEqualTo(epochs.starts());
        newest.values()
                .forEach(batch -> assertThat(log.producers().check(batch))
                        .isEqualTo(new SequenceVerdict.Duplicate(batch.baseOffset(), batch.lastOffset())));
    }

    int lastEpoch() {
        return batches.isEmpty()
                ? 0
                : Batches.view(batches.get(batches.size() - 1)).leaderEpoch();
    }

    /** What the log holds now. */
    List<ByteBuffer> held() {
        return from(start, batches);
    }
}
