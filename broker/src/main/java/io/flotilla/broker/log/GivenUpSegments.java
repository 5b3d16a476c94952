package io.flotilla.broker.log;

import io.flotilla.model.disk.DiskException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

/**
 * The files of segments that a log gave up. The loop hands them in; off the loop the log's new start is noted durably
 * first, then each file gets a name that no log's has, and a while later it is deleted. So a restart finds each file
 * either as it was, and its start says that it is not the log's any more, or under a name that says so. A failing disk
 * takes the directory offline; where there is only no space to note the start, it is tried again.
 */
public final class GivenUpSegments {
    private static final long MS = 1_000_000L;

    private final LogHome home;
    private final Supplier<LogOffsets> offsets;
    private final Supplier<Retention> retention;

    /** Still under their names, oldest first. */
    private final ConcurrentLinkedQueue<Segment> named = new ConcurrentLinkedQueue<>();

    /** Guarded by this: under their other names, oldest first. */
    private final ArrayDeque<Aside> aside = new ArrayDeque<>();

    /** Guarded by this. */
    private boolean closed;

    /** The durable note says that the log starts here or later. Written under this. */
    private volatile long notedStart;

    private record Aside(Segment segment, long dueNanos) {}

    /**
     * @param notedStart where the log was found to start: by the note, or by its files, and then that is not noted, for
     *     it may be damage
     * @param offsets what the log would have noted now
     */
    GivenUpSegments(LogHome home, long notedStart, Supplier<LogOffsets> offsets, Supplier<Retention> retention) {
        this.home = home;
        this.notedStart = notedStart;
        this.offsets = offsets;
        this.retention = retention;
    }

    /** A restart finds the log to start here or later. At most the log's start. Any thread may ask. */
    public long notedStart() {
        return notedStart;
    }

    /**
     * Takes the segments whose offsets all lie below; true if there are any. Loop thread, after the start has moved.
     */
    boolean takeFrom(SegmentList segments, long below) {
        var taken = segments.takeBelow(below);
        named.addAll(taken);
        return !taken.isEmpty();
    }

    /** Notes the start and takes the names away, where that is still to be done. Blocks: not on the loop. */
    public void setAside(long nowNanos) {
        offTheLoop(() -> takeNames(nowNanos));
    }

    /**
     * The same, and deletes the files that were put aside {@code file.delete.delay.ms} ago. Blocks: not on the loop.
     */
    void delete(long nowNanos) {
        offTheLoop(() -> {
            takeNames(nowNanos);
            boolean more = true;
            while (more) {
                more = deleteOne(nowNanos);
            }
        });
    }

    private void offTheLoop(Runnable step) {
        if (!home.health().isOffline()) {
            home.health().containing(step);
        }
    }

    private synchronized void takeNames(long nowNanos) {
        var segments = List.copyOf(named); // before the start is asked for, which then lies behind all of them
        long start = offsets.get().logStart();
        if (closed || (segments.isEmpty() && start <= notedStart)) {
            return;
        }
        home.ledger().replace(offsets);
        notedStart = start;
        for (var segment : segments) {
            tolerant(segment::setAside);
            aside.add(new Aside(segment, nowNanos + retention.get().deleteDelayMs() * MS));
            named.remove();
        }
    }

    /** One at a time, so that nobody waits for long. */
    private synchronized boolean deleteOne(long nowNanos) {
        var next = aside.peek();
        if (closed || next == null || nowNanos - next.dueNanos() < 0) {
            return false;
        }
        tolerant(next.segment()::deleteSetAside);
        aside.remove();
        return true;
    }

    /** The log is about to begin anew, perhaps below these segments: none of them may be in its way. Loop thread. */
    synchronized void clearTheWay() {
        if (!named.isEmpty()) {
            home.ledger().replace(offsets);
            for (var segment = named.poll(); segment != null; segment = named.poll()) {
                tolerant(segment::setAside);
                aside.add(new Aside(segment, Long.MIN_VALUE / 2));
            }
        }
    }

    /** The log began anew, and that is noted. Loop thread. */
    synchronized void startedAnewAt(long offset) {
        notedStart = offset;
    }

    /** Nothing is touched after this: the folder may go. */
    synchronized void close() {
        closed = true;
    }

    /** An operator may have been quicker. */
    private static void tolerant(Runnable step) {
        try {
            step.run();
        } catch (DiskException e) {
            if (e.kind() != DiskException.Kind.NOT_FOUND) {
                throw e;
            }
        }
    }
}
