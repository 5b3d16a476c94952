package io.flotilla.broker.log;

import io.flotilla.model.disk.DiskException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where a log's cleaning and its loop meet. The cleaner makes files of segments that neither grow nor can be truncated
 * any more, and puts them in their place on the disk, under this lock; the loop takes them into its list later, and
 * until then everybody reads the old segments, which stay open. What the loop does to those segments itself makes a
 * cleaning under way worthless, and waits for no more than one such change of files.
 */
public final class Compaction {
    private static final long UNKNOWN = Long.MIN_VALUE;
    private static final long NOT_CLEANED = -1;
    private static final long UNSET = Long.MIN_VALUE;
    private static final long MS = 1_000_000L;

    private final PartitionLog log;
    private final LogHome home;
    private final Companions companions;
    private final Supplier<LogConfig> config;

    /** On the disk already; the loop has yet to hear. */
    private final ConcurrentLinkedQueue<Replaced> ready = new ConcurrentLinkedQueue<>();

    private volatile Runnable onReady = () -> {};

    /** Guarded by this: segments that were replaced, which readers of an older view may still want. */
    private final List<Retired> retired = new ArrayList<>();

    /** Guarded by this: cleanings begun before the last change are void. */
    private int changes;

    /** Guarded by this: the loop is about to change the files. */
    private boolean changing;

    /** Guarded by this: everything below was given up. */
    private long givenUpBelow;

    /** Guarded by this: by a cleaner. */
    private boolean claimed;

    /** Guarded by this. */
    private boolean closed;

    /** Guarded by this: how far the log was cleaned, or {@link #NOT_CLEANED}. */
    private long cleanedTo = UNKNOWN;

    /** What became of a wish to replace segments. */
    enum Outcome {
        DONE,
        /** The log has given all of them up. */
        NOT_WANTED,
        /** The log has changed, and what was learnt of it does not hold any more. */
        VOID
    }

    private record Replaced(List<Segment> old, Segment cleaned) {}

    /** To be released when it is time; {@link #UNSET} until somebody has looked at the clock. */
    private record Retired(Segment segment, long dueNanos) {}

    Compaction(PartitionLog log, LogHome home, Companions companions, Supplier<LogConfig> config) {
        this.log = log;
        this.home = home;
        this.companions = companions;
        this.config = config;
    }

    LogHome home() {
        return home;
    }

    /** True when the topic keeps of each key the last record. Any thread may ask. */
    public boolean isWanted() {
        return config().compaction().policy().compacts();
    }

    /** As the topic has it now. */
    LogConfig config() {
        return config.get();
    }

    /** @param listener hears, on the cleaner's thread, that {@link PartitionLog#adoptCleaned} is due; must hand off */
    public void onReady(Runnable listener) {
        onReady = listener;
    }

    // ---- the cleaner's side --------------------------------------------------------------------------------------

    /**
     * A cleaning's licence: what it may read, and which changes it knows of.
     *
     * @param notedStart a restart finds no record below; one above it may find again
     * @param limit what lies below is committed and durable, and so is every file that speaks for it
     */
    record Claim(LogView view, long notedStart, long limit, long cleanedTo, int changes) {}

    /** For one cleaner at a time; false while another has it, or the loop has yet to hear of the last cleaning. */
    synchronized boolean claim() {
        if (claimed || closed || !ready.isEmpty()) {
            return false;
        }
        claimed = true;
        return true;
    }

    synchronized void unclaim() {
        claimed = false;
    }

    /** The log as a cleaning may see it now. Reads a small file the first time. */
    synchronized Claim look() {
        int known = changes;
        var view = log.view();
        long settled = Math.min(log.highWatermark(), log.durableEnd());
        long start = Math.min(view.logStart(), log.givenUp().notedStart());
        return new Claim(view, start, Math.min(settled, companions.pendingFrom()), cleanedTo(), known);
    }

    /** Makes the file that a cleaning writes to; null when the claim is void. */
    synchronized @Nullable CleanedFile create(Claim claim, long baseOffset) {
        return isVoid(claim) ? null : CleanedFile.create(home, baseOffset);
    }

    private boolean isVoid(Claim claim) {
        return closed
                || changing
                || claim.changes() != changes
                || log.damage() != null
                || home.health().isOffline();
    }

    /**
     * Puts a finished file in the place of segments, or throws it away. A {@link DiskException} of kind FULL means that
     * nothing has changed; after another the directory is offline.
     */
    synchronized Outcome replace(Claim claim, List<Segment> segments, CleanedFile file) {
        if (isVoid(claim) || (file.baseOffset() < givenUpBelow && file.segment().nextOffset() > givenUpBelow)) {
            return Outcome.VOID;
        }
        if (file.segment().nextOffset() <= givenUpBelow) {
            return Outcome.NOT_WANTED;
        }
        segments.forEach(Segment::detach); // a file or an index that cannot be read is no failure of the directory
        home.health()
                .attempting(() ->
                        new SegmentSwap(home.disk(), home.folder()).replace(segments, file.segment(), claim.limit()));
        file.segment().restore(file.segment().summary(), true);
        ready.add(new Replaced(segments, file.segment()));
        onReady.run();
        return Outcome.DONE;
    }

    /** Deletes a file that was not put anywhere, unless the folder is another log's by now. */
    synchronized void discard(CleanedFile file) {
        file.close();
        if (!closed && !home.health().isOffline()) {
            home.health().attempting(file::delete);
        }
    }

    /** Remembers how far the log is cleaned; durable on return. */
    synchronized void noteCleaned(Claim claim, long offset) {
        if (!isVoid(claim)) {
            home.health().attempting(() -> {
                CheckedFile.replace(
                        home.disk(),
                        home.path(LogFiles.CLEANED_TO),
                        ByteBuffer.allocate(Long.BYTES).putLong(0, offset));
                home.disk().syncDirectory(home.folder());
            });
            cleanedTo = offset;
        }
    }

    /** A note that cannot be read counts for none: then everything is cleaned again. */
    private long cleanedTo() {
        if (cleanedTo == UNKNOWN) {
            var bytes = CheckedFile.read(home.disk(), home.path(LogFiles.CLEANED_TO))
                    .bytes();
            cleanedTo = bytes == null || bytes.remaining() != Long.BYTES ? NOT_CLEANED : bytes.getLong();
        }
        return cleanedTo;
    }

    // ---- the loop's side -----------------------------------------------------------------------------------------

    /** Takes the cleaned segments that are ready into the list; true if there were any. */
    boolean adoptInto(SegmentList segments) {
        boolean any = false;
        for (var replaced = ready.poll(); replaced != null; replaced = ready.poll()) {
            segments.replace(replaced.old(), replaced.cleaned());
            retire(replaced.old());
            any = true;
        }
        return any;
    }

    private synchronized void retire(List<Segment> old) {
        old.forEach(segment -> retired.add(new Retired(segment, UNSET)));
    }

    /** The log is about to give up what lies below; true if the list changed. */
    synchronized boolean giveUpBelow(long offset, SegmentList segments) {
        givenUpBelow = Math.max(givenUpBelow, offset);
        return adoptInto(segments);
    }

    /**
     * Has the log's files changed otherwise: what is ready is adopted before, and a cleaning that has begun, or begins
     * meanwhile, is void.
     */
    long during(SegmentList segments, LongSupplier change) {
        begin(segments);
        try {
            return change.getAsLong();
        } finally {
            end();
        }
    }

    private synchronized void begin(SegmentList segments) {
        changing = true;
        adoptInto(segments);
    }

    private synchronized void end() {
        changing = false;
        changes++;
    }

    /**
     * Before the log is cut: what is appended there later is not clean. Durable, because the next start would believe
     * the note.
     */
    synchronized void forgetAbove(long end) {
        if (cleanedTo() > end) {
            home.disk().delete(home.path(LogFiles.CLEANED_TO));
            home.disk().syncDirectory(home.folder());
            cleanedTo = NOT_CLEANED;
        }
    }

    /** The log began anew, where nothing was given up yet. */
    synchronized void startedAnewAt(long offset) {
        givenUpBelow = offset;
    }

    // ---- others --------------------------------------------------------------------------------------------------

    /** Closes replaced segments {@code file.delete.delay.ms} after this was first called. Not on a loop. */
    synchronized void release(long nowNanos) {
        long dueNanos = nowNanos + config().retention().deleteDelayMs() * MS;
        for (Iterator<Retired> each = retired.iterator(); each.hasNext(); ) {
            var next = each.next();
            if (next.dueNanos() != UNSET && nowNanos - next.dueNanos() >= 0) {
                next.segment().release();
                each.remove();
            }
        }
        retired.replaceAll(each -> each.dueNanos() == UNSET ? new Retired(each.segment(), dueNanos) : each);
    }

    /** Nothing is touched after this: the folder may go. */
    synchronized void close(SegmentList segments) {
        closed = true;
        adoptInto(segments);
        retired.forEach(each -> each.segment().release());
        retired.clear();
    }
}
