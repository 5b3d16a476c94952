package io.flotilla.broker.log;

import io.flotilla.model.disk.DiskException;
import io.flotilla.model.error.Invariant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One sync of one log: begun on the log's loop, run on the flusher, completed on the loop. Begins with everything that
 * is not known to be durable, so that a later ticket of a log does all that an earlier one would.
 */
public final class SyncTicket {
    private final PartitionLog log;
    private final LogHome home;
    private final List<Segment> segments;
    private final Companions.Batch companions;
    private final long folderChanges;
    private final boolean folderChanged;

    /** Offsets below are durable once this ticket has run. Lowered, on the loop, by truncations meanwhile. */
    private volatile long end;

    private volatile @Nullable DiskException failure;
    private volatile boolean noted;
    private volatile boolean done;

    SyncTicket(PartitionLog log, LogHome home, Scope scope) {
        this.log = log;
        this.home = home;
        this.segments = scope.segments();
        this.companions = scope.companions();
        this.folderChanges = scope.folderChanges();
        this.folderChanged = scope.folderChanged();
        this.end = scope.end();
    }

    /** What a ticket covers; the segments are retained for it. */
    record Scope(
            long end, List<Segment> segments, Companions.Batch companions, long folderChanges, boolean folderChanged) {}

    public PartitionLog log() {
        return log;
    }

    /**
     * Syncs; once, on any thread but the loop's. Does not throw: a failure takes the directory offline and shows in
     * {@link #failure}. That it was synced is in the log's ledger then, which the flusher syncs before anybody hears.
     */
    public void run() {
        Invariant.check(!done, "a sync of %s ran twice", home.folder());
        try {
            home.health().checkOnline();
            syncAll();
            noted = home.ledger().synced(this::end);
        } catch (RuntimeException e) {
            var cause = e instanceof DiskException known
                    ? known
                    : new DiskException(DiskException.Kind.IO, "the sync of " + home.folder() + " broke: " + e, e);
            home.health().fail(cause);
            failure = cause;
        } finally {
            segments.forEach(Segment::release);
            done = true;
        }
    }

    private void syncAll() {
        for (var segment : segments) {
            segment.sync();
        }
        if (folderChanged) {
            home.syncFolder();
        }
        if (!companions.isEmpty()) {
            writeCompanions();
        }
    }

    private void writeCompanions() {
        try {
            DirectoryHealth.ifSpace(
                    () -> { // without them the next start reads the batches
                        companions.write(home);
                        Companions.deleteOldSnapshots(home);
                    });
        } catch (LogTruncatedException overtaken) {
            // They would have spoken for offsets that are gone; the next ones will not.
        }
    }

    /** Instead of {@link #run}: takes over the outcome of a later ticket of the same log that has run. */
    void finishLike(SyncTicket later) {
        Invariant.check(later.log == log && later.done, "a sync of %s is not covered", home.folder());
        failure = later.failure;
        noted = later.noted;
        segments.forEach(Segment::release);
        done = true;
    }

    /** After {@link #run}: the ledgers could not be synced. */
    void fail(DiskException cause) {
        failure = failure == null ? cause : failure;
    }

    /** Instead of {@link #run}: the directory went offline first. */
    void abandon(DiskException cause) {
        failure = cause;
        segments.forEach(Segment::release);
        done = true;
    }

    public boolean isDone() {
        return done;
    }

    /** Why the sync failed; null when it did not. */
    public @Nullable DiskException failure() {
        return failure;
    }

    /**
     * Whether a restart will know of the sync, and anybody may count on it. If not, although nothing has failed, there
     * was no space for the note: another ticket may do better later.
     */
    public boolean isNoted() {
        return noted && failure == null;
    }

    long end() {
        return end;
    }

    void lowerEnd(long offset) {
        end = Math.min(end, offset);
    }

    long folderChanges() {
        return folderChanges;
    }

    Companions.Batch companions() {
        return companions;
    }
}
