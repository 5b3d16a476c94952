package io.flotilla.broker.log;

import io.flotilla.model.error.Invariant;
import java.util.ArrayList;

/**
 * How much of a log is durable, and the syncs under way that will make it more. Owned by the log's loop thread; the end
 * may be read by any.
 */
final class DurableTail {
    private final PartitionLog log;
    private final LogHome home;
    private final SegmentList segments;
    private final ArrayList<SyncTicket> tickets = new ArrayList<>();

    /** A power loss leaves all offsets below. At most the log's end. */
    private volatile long end;

    /** Folder changes that a sync has covered. */
    private long folderChangesSynced;

    /** Appended since the last sync began. */
    private long bytesUnsynced;

    /** @param end as far as a restart knows that all was synced */
    DurableTail(PartitionLog log, LogHome home, SegmentList segments, long end) {
        this.log = log;
        this.home = home;
        this.segments = segments;
        this.end = end;
    }

    long end() {
        return end;
    }

    long bytesUnsynced() {
        return bytesUnsynced;
    }

    void countAppend(int bytes) {
        bytesUnsynced += bytes;
    }

    boolean isBehind(long logEnd) {
        return end < logEnd || folderChangesSynced < segments.folderChanges();
    }

    SyncTicket begin(long logEnd, Companions.Batch companions) {
        var dirty = segments.from(end - 1); // a segment cut and then finished ends there, its cut not yet synced
        dirty.forEach(segment -> Invariant.check(segment.retain(), "%s is closed", segment));
        long changes = segments.folderChanges();
        var ticket = new SyncTicket(
                log, home, new SyncTicket.Scope(logEnd, dirty, companions, changes, changes > folderChangesSynced));
        tickets.add(ticket);
        bytesUnsynced = 0;
        return ticket;
    }

    /** Raises the end as far as truncations since the ticket's beginning allow; false when the sync does not count. */
    boolean complete(SyncTicket ticket) {
        Invariant.check(ticket.isDone() && tickets.remove(ticket), "a sync of %s is not this log's", home.folder());
        if (!ticket.isNoted()) {
            return false;
        }
        folderChangesSynced = Math.max(folderChangesSynced, ticket.folderChanges());
        end = Math.max(end, ticket.end());
        return true;
    }

    /** No offset from here on counts as durable any longer, whatever the syncs under way cover. */
    void lowerTo(long offset) {
        end = Math.min(end, offset);
        tickets.forEach(ticket -> ticket.lowerEnd(offset));
    }

    /** The log was emptied, all of that synced, and begins here. */
    void restartAt(long offset) {
        end = offset;
        folderChangesSynced = segments.folderChanges();
    }
}
