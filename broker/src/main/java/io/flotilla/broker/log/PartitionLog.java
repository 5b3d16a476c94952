package io.flotilla.broker.log;

import io.flotilla.broker.isr.EpochEnd;
import io.flotilla.model.disk.DiskException;
import io.flotilla.model.error.Invariant;
import io.flotilla.model.image.LogSettings;
import io.flotilla.model.record.BatchPatch;
import io.flotilla.model.record.BatchRegion;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The log of one partition. Its loop thread appends, truncates and begins and completes syncs; readers on any thread
 * use the {@link #view} that it publishes. Opened and closed by its {@link LogDirectory}. A {@link DiskException} from
 * any method means that the directory is going offline, unless its kind is FULL: then the log is as before the append,
 * but a crash may bring back the whole batches of it that were written before the one that did not fit.
 */
public final class PartitionLog {
    private final LogHome home;
    private final SegmentList segments;
    private final BatchTrail trail;
    private final DamageNote damage;
    private final Truncations truncations = new Truncations();
    private final Companions companions = new Companions();
    private final DurableTail durable;
    private final GivenUpSegments givenUp;
    private final Compaction compaction;

    private long logStart;
    private long logEnd;

    /** What the partition told last, for the next checkpoint. */
    private volatile long highWatermark;

    private volatile LogView view;

    /** The directory's, with what the topic says. */
    private volatile LogConfig config;

    PartitionLog(LogHome home, RecoveredLog recovered, LogOffsets noted) {
        this.home = home;
        this.segments = new SegmentList(home, recovered.segments());
        this.trail = new BatchTrail(home, recovered.epochs(), recovered.producers());
        this.damage = new DamageNote(home, recovered.damage());
        this.logStart = recovered.logStart();
        this.logEnd = segments.active().nextOffset();
        companions.setBytesUncovered(recovered.bytesRead());
        this.durable = new DurableTail(this, home, segments, recovered.durableEnd());
        this.highWatermark = noted.highWatermark();
        this.config = home.config();
        this.view = newView();
        this.givenUp = new GivenUpSegments(home, logStart, this::offsets, () -> config.retention());
        this.compaction = new Compaction(this, home, companions, () -> config);
    }

    /** Takes what the topic says of its logs; the next append and the next look at what is old go by it. */
    public void configure(LogSettings topic) {
        config = home.config().with(topic);
    }

    /** Where the log should start, by what its topic wants to be kept. Any thread may ask. */
    public long retainedStart(long highWatermark, long nowMs) {
        return config.retainedStart(view, highWatermark, nowMs);
    }

    /** Appends a leader's own batches; {@code region} is checked, and patched in place. One write for all of them. */
    public AppendedRange appendAsLeader(ByteBuffer region, int leaderEpoch, long appendTimeMs) {
        Invariant.check(leaderEpoch >= lastEpoch(), "epoch %d appends after %d", leaderEpoch, lastEpoch());
        var batches = BatchRegion.of(region);
        BatchPatch.assign(batches, logEnd, leaderEpoch, appendTimeMs);
        return append(batches);
    }

    /**
     * Appends a leader's batches as they are; {@code region} is checked. Refused unless they begin at the log's end,
     * have no gap, and their epochs neither fall nor pass {@code ownEpoch} (rule R10). An empty region changes nothing.
     */
    public FollowerAppend appendAsFollower(ByteBuffer region, int ownEpoch) {
        var batches = BatchRegion.of(region);
        var refusal = FollowerAppend.refusal(batches, logEnd, Math.max(0, lastEpoch()), ownEpoch);
        if (refusal != null) {
            return refusal;
        }
        return new FollowerAppend.Appended(
                batches.isEmpty() ? new AppendedRange(logEnd, logEnd - 1, 0) : append(batches));
    }

    private AppendedRange append(BatchRegion batches) {
        Invariant.check(!batches.isEmpty(), "nothing to append to %s", home.folder());
        checkWritable();
        long baseOffset = logEnd;
        write(batches);
        for (var batch : batches) {
            segments.active().note(batch);
            trail.note(batch);
        }
        logEnd = segments.active().nextOffset();
        companions.countAppend(batches.sizeBytes());
        durable.countAppend(batches.sizeBytes());
        view = newView();
        return new AppendedRange(baseOffset, logEnd - 1, batches.sizeBytes());
    }

    private void write(BatchRegion batches) {
        try {
            if (!segments.active().fits(batches, config)) {
                roll();
            }
            segments.writable().append(batches.bytes());
        } catch (DiskException e) {
            segments.undoAppend(e);
            throw e;
        }
    }

    private void roll() {
        companions.finish(segments.active(), trail);
        segments.roll(logEnd);
    }

    /** Throws {@link DiskException} when the log's directory is offline, so that nothing can be appended any more. */
    public void checkOnline() {
        home.health().checkOnline();
    }

    /** First offset that the log still holds. */
    public long logStart() {
        return logStart;
    }

    /** Offset that the next record will have. */
    public long logEnd() {
        return logEnd;
    }

    /** All offsets below survive a power loss. Any thread may ask. */
    public long durableEnd() {
        return durable.end();
    }

    /** Leader epoch of the last batch, {@link EpochEnd#NO_EPOCH} for an empty log. */
    public int lastEpoch() {
        return trail.epochs().latest();
    }

    /** The largest epoch at most the asked one, and where it ends here (rule R1). */
    public EpochEnd endOf(int askedEpoch) {
        return trail.epochs().endOf(askedEpoch, logStart, logEnd);
    }

    /** Which epochs wrote which offsets. Only the loop may use it. */
    public EpochHistory epochs() {
        return trail.epochs();
    }

    /** What idempotent producers wrote last. Only the loop may use it, and only until the next truncation. */
    public ProducerState producers() {
        return trail.producers();
    }

    /** What was found missing or spoiled; such a log is read-only. Null for a sound one. Any thread may ask. */
    public @Nullable LogDamage damage() {
        return damage.found();
    }

    /** From now on the log is read-only and ends for readers where the damage begins; {@link #noteDamage} follows. */
    public void declareDamage(LogDamage found) {
        if (damage.declare(found)) {
            view = newView();
        }
    }

    /** Sees to it that the next start knows of the damage, and lists the log as lost. Blocks; not on a loop. */
    public void noteDamage() {
        damage.write();
    }

    /** True when the log was found damaged, and the next start will know. Any thread may ask. */
    boolean isLost() {
        return damage.isNoted();
    }

    /** @param listener hears, on the reader's thread, of bytes that are no batch; must hand off at once */
    public void onCorruption(Consumer<CorruptLogException> listener) {
        truncations.onCorruption(listener);
    }

    /** The log as it is now, for readers on any thread. */
    public LogView view() {
        return view;
    }

    /** What the log directory should remember of this log now. Any thread may ask. */
    public LogOffsets offsets() {
        var now = view;
        return new LogOffsets(now.logStart(), durable.end(), Math.min(highWatermark, now.logEnd()));
    }

    /** In its directory. */
    public String folder() {
        return home.folder();
    }

    /** Bytes appended since the last sync began. */
    public long bytesUnsynced() {
        return durable.bytesUnsynced();
    }

    /** True when {@link #beginSync} would make something durable. */
    public boolean needsSync() {
        return durable.isBehind(logEnd);
    }

    /** Begins a sync of all that is not durable yet. The ticket must be run or abandoned, and then completed here. */
    public SyncTicket beginSync() {
        return durable.begin(logEnd, companions.pending(truncations.since()));
    }

    /** Takes in a ticket that is done: where it counts, {@link #durableEnd} rises as far as truncations allow. */
    public void completeSync(SyncTicket ticket) {
        if (durable.complete(ticket)) {
            companions.written(ticket.companions());
        }
        letGo();
    }

    /**
     * Cuts the log so that it ends at the offset, or before the batch that contains it, and answers the new end. The
     * epoch history is trimmed even when nothing else is cut (rule R11); {@link #durableEnd} falls at once.
     */
    public long truncateTo(long offset) {
        checkWritable();
        Invariant.check(offset <= logEnd, "cannot truncate %s to %d above its end %d", home.folder(), offset, logEnd);
        return compaction.during(segments, () -> cutTo(offset));
    }

    private long cutTo(long offset) {
        view = newView();
        var cut = LogCut.at(segments, offset);
        if (cut.end() < logStart) {
            return startAnewAt(cut.end());
        }
        boolean shortens = offset < logEnd;
        if (shortens) {
            forgetAbove(cut.end());
        }
        return home.health().guarding(() -> {
            if (shortens) {
                apply(cut);
            }
            trail.epochs().truncateTo(logEnd);
            return logEnd;
        });
    }

    private void apply(LogCut cut) {
        cut.apply(home, segments);
        companions.setBytesUncovered(home.config().bytesWorthCompanions()); // the cut segment has no index any more
        trail.cutAt(cut.end(), segments.all());
        logEnd = cut.end();
        view = newView();
    }

    /** Empties the log and lets it begin at the offset. Durable on return. */
    public void truncateFullyAndStartAt(long offset) {
        checkWritable();
        compaction.during(segments, () -> startAnewAt(offset));
    }

    private long startAnewAt(long offset) {
        view = newView();
        // Down to where a restart would look for the start: it must not miss what is deleted next.
        forgetAbove(Math.min(givenUp.notedStart(), offset));
        return home.health().guarding(() -> {
            givenUp.clearTheWay();
            Companions.deleteAbove(home, -1);
            segments.restartAt(offset);
            trail.clear();
            logStart = offset;
            logEnd = offset;
            companions.setBytesUncovered(0);
            view = newView(); // first: a note of the new end with the old start would read as damage
            durable.restartAt(offset);
            highWatermark = offset;
            home.ledger().replace(this::offsets);
            givenUp.startedAnewAt(offset);
            compaction.startedAnewAt(offset);
            return offset;
        });
    }

    /** Before anything is cut: no promise about offsets above stands any longer; without space for that, nothing is. */
    private void forgetAbove(long offset) {
        durable.lowerTo(offset);
        highWatermark = Math.min(highWatermark, offset);
        // To the cut and no further: a sync may be noted of which this loop has yet to hear.
        home.health().attempting(() -> home.ledger().lower(new LogOffsets(logStart, offset, highWatermark)));
        home.health().attempting(() -> compaction.forgetAbove(offset));
        truncations.begin();
        companions.clear();
    }

    /**
     * Gives up the offsets below, at most all; readers that hold a slice read on. The files that hold nothing else go
     * with {@link GivenUpSegments#setAside}.
     */
    public void advanceLogStart(long offset) {
        checkWritable();
        Invariant.check(offset <= logEnd, "%s cannot start at %d above its end %d", home.folder(), offset, logEnd);
        if (offset <= logStart) {
            return;
        }
        home.health().guarding(() -> {
            if (offset == logEnd && segments.active().sizeBytes() > 0) {
                DirectoryHealth.ifSpace(this::roll); // or the last file, of which nothing is left, would stay
            }
            logStart = offset;
            trail.epochs().startAt(offset, logEnd);
            view = newView();
            letGo();
            return offset;
        });
    }

    /**
     * Lets go of segments that hold only what was given up, and is durable: until the new start is noted, a restart
     * looks for it, and must not miss below a noted sync what no sync has covered.
     */
    private void letGo() {
        long below = Math.min(logStart, durable.end());
        boolean cleaned = segments.holdsBelow(below) && compaction.giveUpBelow(below, segments);
        if (givenUp.takeFrom(segments, below) || cleaned) {
            view = newView();
        }
    }

    /** What becomes of the files that hold only what was given up. Any thread may ask. */
    public GivenUpSegments givenUp() {
        return givenUp;
    }

    /** What becomes of values that have a later one. Any thread may ask. */
    public Compaction compaction() {
        return compaction;
    }

    /** Reads cleaned segments from now on, where {@link #compaction} has some. */
    public void adoptCleaned() {
        compaction.adoptInto(segments);
        view = newView();
    }

    /** Remembers the partition's high watermark for the next checkpoint. */
    public void noteHighWatermark(long offset) {
        highWatermark = offset;
    }

    /** The high watermark noted last; after a start, the one of the last checkpoint. */
    public long highWatermark() {
        return highWatermark;
    }

    private void checkWritable() {
        checkOnline();
        Invariant.check(damage() == null, "log %s is damaged and read-only", home.folder());
    }

    private LogView newView() {
        return damage.bound(new LogView(
                segments.toArray(), logStart, logEnd, segments.active().sizeBytes(), truncations.since()));
    }

    /**
     * Syncs everything and writes what the next start would else have to compute, as far as that is worth it. The log
     * is not written after that.
     */
    void finish() {
        if (damage() != null || home.health().isOffline()) {
            return;
        }
        if (companions.bytesUncovered() >= home.config().bytesWorthCompanions()) {
            companions.finish(segments.active(), trail);
        }
        if (needsSync() || !companions.isEmpty()) {
            var ticket = beginSync();
            ticket.run();
            completeSync(ticket);
        }
    }

    /** Closes the files without syncing. */
    void close() {
        givenUp.close();
        compaction.close(segments);
        segments.release();
    }
}
