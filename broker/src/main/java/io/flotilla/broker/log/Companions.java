package io.flotilla.broker.log;

import io.flotilla.model.disk.DiskException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The files beside finished segments that save a restart from reading them: indexes, producer snapshots, and the epoch
 * history. Collected on the loop when a segment is finished, written off the loop with the next sync.
 */
final class Companions {
    /** Snapshots kept beside the newest, for truncations that reach behind it. */
    private static final int OLDER_SNAPSHOTS = 2;

    private final List<Finished> finished = new ArrayList<>();

    /** Bytes of batches that no companion file speaks for, nor one that the next sync writes. */
    private long bytesUncovered;

    /** A sync may still write files that speak for segments from here on. Written by the loop. */
    private volatile long pendingFrom = Long.MAX_VALUE;

    private @Nullable ByteBuffer epochs;

    /** A finished segment and the producers' state after it. */
    record Finished(Segment segment, SegmentSummary summary, ByteBuffer producers) {}

    /** What a sync writes; immutable. */
    record Batch(List<Finished> finished, @Nullable ByteBuffer epochs, Truncations.Since current) {
        /**
         * A snapshot is believed only when the epoch history reaches as far, and no history on disk reaches farther
         * than the log that it was written for: see {@link #deleteAbove}. So any order would do.
         */
        void write(LogHome home) {
            if (epochs != null) {
                replace(home, home.path(LogFiles.EPOCHS), epochs);
            }
            for (var each : finished) {
                if (!each.segment().isSetAside()) {
                    replace(home, each.segment().indexPath(), each.summary().encode());
                }
                long after = each.summary().nextOffset();
                replace(home, home.path(LogFiles.name(after, LogFiles.PRODUCERS)), each.producers());
            }
            home.disk().syncDirectory(home.folder());
        }

        /** A truncation that begins after the check finds the file and deletes it; one that began before shows here. */
        private void replace(LogHome home, String path, ByteBuffer content) {
            CheckedFile.replace(home.disk(), path, content);
            if (!current.holds()) {
                deleteIfThere(home, path);
                home.disk().syncDirectory(home.folder());
                throw new LogTruncatedException();
            }
        }

        boolean isEmpty() {
            return finished.isEmpty() && epochs == null;
        }
    }

    /** Notes a segment that will not grow any more. */
    void finish(Segment segment, BatchTrail trail) {
        finished.add(new Finished(segment, segment.summary(), trail.producers().encode()));
        epochs = trail.epochs().encode(segment.nextOffset());
        bytesUncovered = 0;
        pendingFrom = Math.min(pendingFrom, segment.baseOffset());
    }

    long bytesUncovered() {
        return bytesUncovered;
    }

    void setBytesUncovered(long bytes) {
        bytesUncovered = bytes;
    }

    void countAppend(int bytes) {
        bytesUncovered += bytes;
    }

    /**
     * No file that speaks for a segment below is written any more. Any thread may ask, of segments that it has in a
     * view.
     */
    long pendingFrom() {
        return pendingFrom;
    }

    /** True when nothing is still to be written. */
    boolean isEmpty() {
        return finished.isEmpty() && epochs == null;
    }

    /** What is still to be written; stays until {@link #written}. */
    Batch pending(Truncations.Since current) {
        return new Batch(List.copyOf(finished), epochs, current);
    }

    void written(Batch batch) {
        finished.removeAll(batch.finished());
        if (epochs == batch.epochs()) {
            epochs = null;
        }
        pendingFrom =
                finished.isEmpty() ? Long.MAX_VALUE : finished.get(0).segment().baseOffset();
    }

    /** Drops what speaks for offsets that are gone; a sync under way may still be at it. */
    void clear() {
        finished.clear();
        epochs = null;
    }

    /**
     * Deletes what speaks for batches above {@code logEnd}: producer snapshots, by their numbers, and the epoch
     * history. Other batches may soon have those offsets. Durable.
     */
    static void deleteAbove(LogHome home, long logEnd) {
        boolean deleted = historyReaches(home, logEnd);
        if (deleted) {
            deleteIfThere(home, home.path(LogFiles.EPOCHS));
        }
        for (var name : home.files()) {
            var offset = LogFiles.offsetIn(name, LogFiles.PRODUCERS);
            if (offset.isPresent() && offset.getAsLong() > logEnd) {
                deleteIfThere(home, home.path(name));
                deleted = true;
            }
        }
        if (deleted) {
            home.disk().syncDirectory(home.folder());
        }
    }

    private static boolean historyReaches(LogHome home, long logEnd) {
        try {
            var bytes =
                    CheckedFile.read(home.disk(), home.path(LogFiles.EPOCHS)).bytes();
            var restored = bytes == null ? null : EpochHistory.decode(bytes);
            return restored != null && restored.coveredTo() > logEnd;
        } catch (DiskException e) {
            if (e.kind() == DiskException.Kind.NOT_FOUND) { // the sync that this truncation overtook deleted it
                return false;
            }
            throw e;
        }
    }

    /** A truncation and the sync that it overtook both delete what that wrote. */
    private static void deleteIfThere(LogHome home, String path) {
        try {
            home.disk().delete(path);
        } catch (DiskException e) {
            if (e.kind() != DiskException.Kind.NOT_FOUND) {
                throw e;
            }
        }
    }

    /** Deletes all but the newest snapshots. */
    static void deleteOldSnapshots(LogHome home) {
        var snapshots = home.disk().list(home.folder()).stream()
                .filter(name -> LogFiles.offsetIn(name, LogFiles.PRODUCERS).isPresent())
                .toList();
        for (int i = 0; i < snapshots.size() - 1 - OLDER_SNAPSHOTS; i++) {
            deleteIfThere(home, home.path(snapshots.get(i)));
        }
    }
}
