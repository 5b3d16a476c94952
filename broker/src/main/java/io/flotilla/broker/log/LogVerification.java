package io.flotilla.broker.log;

import io.flotilla.model.disk.Disk;
import io.flotilla.model.record.BatchView;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads one log's folder from end to end and says what in it is damaged or does not fit together: every batch, and that
 * indexes, epoch history and producer snapshots are what the batches give. Changes nothing; when a broker appends
 * meanwhile, the end may look torn.
 */
public final class LogVerification {
    private final Disk disk;
    private final String folder;
    private final List<String> findings = new ArrayList<>();
    private final EpochHistory epochs = new EpochHistory();
    private final TreeMap<Long, ProducerState> snapshots = new TreeMap<>();
    private EpochHistory.@Nullable Restored history;

    /** Null until what the batches before the first segment left is known from a snapshot. */
    private @Nullable ProducerState producers;

    private long firstOffset;
    private long nextOffset;
    private long batches;
    private long bytes;

    private LogVerification(Disk disk, String folder) {
        this.disk = disk;
        this.folder = folder;
    }

    /**
     * What was read.
     *
     * @param segments files with batches
     * @param findings what is wrong, in the order of offsets; empty when nothing is
     */
    public record Result(
            long startOffset, long endOffset, int segments, long batches, long bytes, List<String> findings) {
        public Result {
            findings = List.copyOf(findings);
        }
    }

    /** Whether a folder of this name is a log's. */
    public static boolean isLog(String folder) {
        return LogFolder.parse(folder) != null;
    }

    /** Verifies the log in a folder of the disk; {@code ""} is the disk itself. */
    public static Result of(Disk disk, String folder) {
        return new LogVerification(disk, folder).run();
    }

    private Result run() {
        var bases = new ArrayList<Long>();
        var superfluous = new SegmentSwap(disk, folder).superfluous();
        for (String name : disk.list(folder)) {
            LogFiles.offsetIn(name, LogFiles.SEGMENT).ifPresent(bases::add);
            LogFiles.offsetIn(name, LogFiles.PRODUCERS).ifPresent(offset -> loadSnapshot(name, offset));
        }
        bases.removeAll(superfluous);
        loadHistory();
        firstOffset = bases.isEmpty() ? 0 : bases.get(0);
        nextOffset = firstOffset;
        producers = firstOffset == 0 ? new ProducerState(unlimited()) : null;
        compareProducers();
        for (long base : bases) {
            if (base != nextOffset) {
                findings.add("the log continues at " + nextOffset + ", the next segment is "
                        + path(LogFiles.name(base, LogFiles.SEGMENT)));
                nextOffset = base;
            }
            segment(base);
        }
        if (history != null && history.coveredTo() > nextOffset) {
            findings.add(path(LogFiles.EPOCHS) + " speaks for batches up to " + history.coveredTo()
                    + ", the log ends at " + nextOffset);
        }
        snapshots
                .tailMap(nextOffset, false)
                .keySet()
                .forEach(offset -> findings.add(path(LogFiles.name(offset, LogFiles.PRODUCERS))
                        + " speaks for batches up to " + offset + ", the log ends at " + nextOffset));
        return new Result(firstOffset, nextOffset, bases.size(), batches, bytes, findings);
    }

    private static ProducerLimits unlimited() {
        return new ProducerLimits(Integer.MAX_VALUE, 0);
    }

    private String path(String name) {
        return folder.isEmpty() ? name : folder + "/" + name;
    }

    private void loadSnapshot(String name, long offset) {
        var content = CheckedFile.read(disk, path(name));
        var state = content.bytes() == null ? null : ProducerState.decode(content.bytes(), unlimited());
        if (state == null) {
            findings.add(unreadable(name, content));
        } else {
            snapshots.put(offset, state);
        }
    }

    private void loadHistory() {
        var content = CheckedFile.read(disk, path(LogFiles.EPOCHS));
        history = content.bytes() == null ? null : EpochHistory.decode(content.bytes());
        if (history == null && (content.bytes() != null || content.damage() != null)) {
            findings.add(unreadable(LogFiles.EPOCHS, content));
        }
    }

    private String unreadable(String name, CheckedFile.Content content) {
        return content.damage() == null ? CheckedFile.misnamed(path(name)) : content.damage();
    }

    private void segment(long base) {
        String name = LogFiles.name(base, LogFiles.SEGMENT);
        var index = new IndexComparison(base);
        try (var file = disk.open(path(name))) {
            var scan = new SegmentScan(file, 0, base, Math.max(0, epochs.latest()));
            var defect = scan.run(batch -> {
                index.batch(batch, scan.position());
                take(batch);
            });
            bytes += scan.position();
            if (defect == null) {
                index.end(scan.position());
            } else {
                findings.add(path(name) + " at byte " + scan.position() + " of " + file.size() + ", offset "
                        + scan.nextOffset() + ": " + defect);
            }
        }
    }

    private void take(BatchView batch) {
        batches++;
        epochs.note(batch.leaderEpoch(), batch.baseOffset());
        if (producers != null) {
            producers.note(batch);
        }
        nextOffset = batch.nextOffset();
        compareProducers();
        if (history != null && history.coveredTo() == nextOffset) {
            compareEpochs(history.history());
        }
    }

    /** A snapshot at the offset reached must be what the batches give, or is where the comparison begins. */
    private void compareProducers() {
        var snapshot = snapshots.get(nextOffset);
        if (snapshot == null) {
            return;
        }
        if (producers != null
                && !snapshot.everForgot()
                && !snapshot.lastBatchesFrom(firstOffset).equals(producers.lastBatchesFrom(firstOffset))) {
            findings.add(path(LogFiles.name(nextOffset, LogFiles.PRODUCERS)) + " is not what the batches give: "
                    + snapshot.lastBatchesFrom(firstOffset) + " instead of " + producers.lastBatchesFrom(firstOffset));
        }
        producers = ProducerState.decode(snapshot.encode(), unlimited());
    }

    /**
     * The first epoch kept begins at the log's start, which may lie inside its batches: what was before is given up. So
     * may be what the history still names, if it was written before.
     */
    private void compareEpochs(EpochHistory stored) {
        var starts = new ArrayList<>(stored.starts());
        while (starts.size() > 1 && starts.get(1).startOffset() <= firstOffset) {
            starts.remove(0);
        }
        if (starts.isEmpty()) {
            return;
        }
        var first = starts.get(0);
        var later = starts.subList(1, starts.size());
        boolean same = later.equals(epochs.starts().stream()
                        .filter(start -> start.epoch() > first.epoch())
                        .toList())
                && epochs.starts().stream()
                        .anyMatch(start -> start.epoch() == first.epoch()
                                && start.startOffset() <= Math.max(firstOffset, first.startOffset()));
        if (!same) {
            findings.add(path(LogFiles.EPOCHS) + " is not what the batches give: " + stored + " instead of " + epochs);
        }
    }

    /** Walks the index file of a segment beside its batches. */
    private final class IndexComparison {
        private final String name;
        private final long base;
        private final @Nullable SegmentSummary summary;
        private final List<long[]> entries = new ArrayList<>();
        private int next;
        private long newestMs = Segment.NO_TIMESTAMP;
        private boolean wrong;

        IndexComparison(long base) {
            this.base = base;
            this.name = LogFiles.name(base, LogFiles.INDEX);
            var content = CheckedFile.read(disk, path(name));
            summary = content.bytes() == null ? null : SegmentSummary.decode(content.bytes(), 1);
            if (summary != null) {
                summary.index()
                        .forEach((offset, position, newest) -> entries.add(new long[] {offset, position, newest}));
            } else if (content.bytes() != null || content.damage() != null) {
                findings.add(unreadable(name, content));
            }
        }

        void batch(BatchView batch, long position) {
            if (next < entries.size() && entries.get(next)[1] <= position) {
                long[] entry = entries.get(next++);
                wrong |= entry[1] != position || entry[0] != batch.baseOffset() - base || entry[2] != newestMs;
            }
            newestMs = Math.max(newestMs, batch.maxTimestampMs());
        }

        /** One that speaks for another number of bytes is of an earlier time, and never used. */
        void end(long size) {
            if (summary != null
                    && summary.sizeBytes() == size
                    && (wrong
                            || next < entries.size()
                            || summary.nextOffset() != nextOffset
                            || summary.maxTimestampMs() != newestMs)) {
                findings.add(path(name) + " is not what the batches give; a broker builds it anew when it reads it");
            }
        }
    }
}
