package io.flotilla.broker.log;

import io.flotilla.model.disk.Disk;
import io.flotilla.model.disk.DiskException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How a cleaned file takes the place of the segments that it was made of, so that a restart finds either them or it,
 * whatever a power loss undoes. One rename decides; where there were several segments, a note says beforehand which of
 * them the rename makes superfluous. Off the loop; nobody else changes these files meanwhile.
 */
final class SegmentSwap {
    private final Disk disk;
    private final String folder;

    SegmentSwap(Disk disk, String folder) {
        this.disk = disk;
        this.folder = folder;
    }

    private String path(long offset, String kind) {
        return folder + "/" + LogFiles.name(offset, kind);
    }

    /**
     * Takes the place of the segments, which are open. Durable on return. A {@link DiskException} of kind FULL means
     * that nothing has changed; after any other the directory cannot be used any more.
     *
     * @param cleaned written, synced and closed
     * @param snapshotsBelow producer snapshots below go: their batches, walked again, do not give the same any more
     */
    void replace(List<Segment> segments, Segment cleaned, long snapshotsBelow) {
        long base = cleaned.baseOffset();
        boolean merges = segments.size() > 1;
        try {
            if (merges) {
                disk.syncDirectory(folder); // the note must not be there without the file
                CheckedFile.replace(
                        disk,
                        path(base, LogFiles.MERGED),
                        ByteBuffer.allocate(Long.BYTES).putLong(0, cleaned.nextOffset()));
            }
            deleteIfThere(path(base, LogFiles.INDEX)); // which would say where other bytes are
            deleteSnapshotsBelow(snapshotsBelow);
            disk.syncDirectory(folder);
            disk.rename(path(base, LogFiles.CLEANED), path(base, LogFiles.SEGMENT));
        } catch (DiskException e) {
            if (e.kind() == DiskException.Kind.FULL && merges) {
                deleteIfThere(path(base, LogFiles.MERGED));
                disk.syncDirectory(folder);
            }
            throw e;
        }
        disk.syncDirectory(folder);
        DirectoryHealth.ifSpace(() ->
                CheckedFile.replace(disk, cleaned.indexPath(), cleaned.summary().encode()));
        if (merges) {
            finish(base, cleaned.nextOffset());
        }
    }

    /** The rename is durable: the other segments go, and then what says that they must. */
    private void finish(long base, long end) {
        for (long superfluous : between(base, end)) {
            deleteIfThere(path(superfluous, LogFiles.SEGMENT));
            deleteIfThere(path(superfluous, LogFiles.INDEX));
        }
        disk.syncDirectory(folder);
        disk.delete(path(base, LogFiles.MERGED));
        disk.syncDirectory(folder); // it must not meet segments that the log makes here later
    }

    /** Finishes, or takes back, what a stop has interrupted. Before anything else is read at a start. */
    void settle() {
        for (String name : disk.list(folder)) {
            var noted = LogFiles.offsetIn(name, LogFiles.MERGED);
            if (noted.isEmpty()) {
                continue;
            }
            long base = noted.getAsLong();
            if (disk.exists(path(base, LogFiles.CLEANED))) { // not renamed
                disk.delete(path(base, LogFiles.MERGED));
                disk.syncDirectory(folder);
            } else {
                Long end = endOf(base);
                if (end != null) { // else the segments do not fit together, and that is damage
                    finish(base, end);
                }
            }
        }
        for (String name : disk.list(folder)) {
            if (LogFiles.offsetIn(name, LogFiles.CLEANED).isPresent()) {
                disk.delete(folder + "/" + name);
            }
        }
    }

    /** First offsets of segments that {@link #settle} would delete. */
    TreeSet<Long> superfluous() {
        var superfluous = new TreeSet<Long>();
        for (String name : disk.list(folder)) {
            LogFiles.offsetIn(name, LogFiles.MERGED).ifPresent(base -> {
                Long end = disk.exists(path(base, LogFiles.CLEANED)) ? null : endOf(base);
                if (end != null) {
                    superfluous.addAll(between(base, end));
                }
            });
        }
        return superfluous;
    }

    private @Nullable Long endOf(long base) {
        var bytes = CheckedFile.read(disk, path(base, LogFiles.MERGED)).bytes();
        return bytes == null || bytes.remaining() != Long.BYTES ? null : bytes.getLong();
    }

    private List<Long> between(long base, long end) {
        return disk.list(folder).stream()
                .map(name -> LogFiles.offsetIn(name, LogFiles.SEGMENT))
                .filter(offset -> offset.isPresent() && offset.getAsLong() > base && offset.getAsLong() < end)
                .map(offset -> offset.getAsLong())
                .toList();
    }

    private void deleteSnapshotsBelow(long offset) {
        for (String name : disk.list(folder)) {
            var snapshot = LogFiles.offsetIn(name, LogFiles.PRODUCERS);
            if (snapshot.isPresent() && snapshot.getAsLong() < offset) {
                deleteIfThere(folder + "/" + name);
            }
        }
    }

    private void deleteIfThere(String path) {
        try {
            disk.delete(path);
        } catch (DiskException e) {
            if (e.kind() != DiskException.Kind.NOT_FOUND) {
                throw e;
            }
        }
    }
}
