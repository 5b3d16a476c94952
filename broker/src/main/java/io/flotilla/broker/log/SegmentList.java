package io.flotilla.broker.log;

import io.flotilla.model.disk.DiskException;
import io.flotilla.model.error.Invariant;
import java.util.ArrayList;
import java.util.List;

/** The segments of a log in order, the last one being appended to. Owned by the log's loop thread. */
final class SegmentList {
    private final LogHome home;
    private final ArrayList<Segment> segments;

    /** Creations and deletions so far; the folder must be synced for each. */
    private long folderChanges;

    SegmentList(LogHome home, List<Segment> segments) {
        Invariant.check(!segments.isEmpty(), "log %s has no segment", home.folder());
        this.home = home;
        this.segments = new ArrayList<>(segments);
    }

    Segment active() {
        return segments.get(segments.size() - 1);
    }

    long folderChanges() {
        return folderChanges;
    }

    Segment[] toArray() {
        return segments.toArray(Segment[]::new);
    }

    List<Segment> all() {
        return List.copyOf(segments);
    }

    /** Segments that hold offsets at or above the given one, and always the last. */
    List<Segment> from(long offset) {
        int first = segments.size() - 1;
        while (first > 0 && segments.get(first).baseOffset() > offset) {
            first--;
        }
        return List.copyOf(segments.subList(first, segments.size()));
    }

    /** The last segment, with a file to append to. */
    Segment writable() {
        var last = active();
        if (!last.exists()) {
            home.place().make();
            last.createFile();
            folderChanges++;
        }
        return last;
    }

    /** Takes back what a failed append wrote; if that fails, too, or the disk was not just full, it goes offline. */
    void undoAppend(DiskException cause) {
        try {
            active().dropPartialAppend();
            active().sync(); // else a crash could bring it back where others have other batches by then
            if (!cause.isFull()) {
                home.health().fail(cause);
            }
        } catch (DiskException e) {
            home.health().fail(cause);
        }
    }

    void roll(long baseOffset) {
        segments.add(create(baseOffset));
    }

    private Segment create(long baseOffset) {
        folderChanges++;
        return Segment.create(
                home.disk(), home.folder(), baseOffset, home.config().indexIntervalBytes());
    }

    /**
     * Removes the segments that begin above the offset, newest first, so that a crash leaves no hole; syncs the folder,
     * so that they never come back beside what is appended next.
     */
    void removeAbove(long offset) {
        boolean removed = false;
        while (segments.size() > 1 && active().baseOffset() > offset) {
            segments.remove(segments.size() - 1).delete();
            removed = true;
        }
        if (removed) {
            home.disk().syncDirectory(home.folder());
        }
    }

    /** Removes every segment and starts over with an empty one, all synced. */
    void restartAt(long baseOffset) {
        for (int i = segments.size() - 1; i >= 0; i--) {
            segments.get(i).delete();
        }
        segments.clear();
        home.place().make();
        home.disk().syncDirectory(home.folder());
        segments.add(create(baseOffset));
        home.syncFolder();
    }

    /** Takes out the segments whose offsets all lie below the new log start, and lets go of them; never the last. */
    List<Segment> takeBelow(long logStart) {
        var taken = new ArrayList<Segment>();
        while (segments.size() > 1 && segments.get(1).baseOffset() <= logStart) {
            var oldest = segments.remove(0);
            oldest.release();
            taken.add(oldest);
        }
        return taken;
    }

    /** True when {@link #takeBelow} would take any. */
    boolean holdsBelow(long logStart) {
        return segments.size() > 1 && segments.get(1).baseOffset() <= logStart;
    }

    /** Puts one segment in the place of some that follow each other; whoever replaced them lets go of them. */
    void replace(List<Segment> old, Segment by) {
        int first = segments.indexOf(old.get(0));
        Invariant.check(
                first >= 0
                        && first + old.size() < segments.size()
                        && segments.subList(first, first + old.size()).equals(old),
                "%s cannot take the place of %s in %s",
                by,
                old,
                segments);
        segments.subList(first, first + old.size()).clear();
        segments.add(first, by);
    }

    void release() {
        segments.forEach(Segment::release);
    }
}
