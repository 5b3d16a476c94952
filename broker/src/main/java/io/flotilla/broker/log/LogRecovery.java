package io.flotilla.broker.log;

import io.flotilla.model.disk.DiskException;
import io.flotilla.model.record.BatchView;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Opens a log after a stop of any kind. What stands above the recovery point is believed as far as it is sound and is
 * synced before the log is used, because after a kill the page cache only looks durable; the rest is a torn tail and is
 * cut. Below the recovery point nothing may be missing or unsound: that is damage, and nothing is touched (rule R19).
 * Nor is a log that an earlier run found damaged: all that it noted to lie behind the damage is read and checked.
 */
final class LogRecovery {
    private final LogHome home;
    private final LogOffsets noted;
    private final List<Segment> segments = new ArrayList<>();
    private EpochHistory epochs = new EpochHistory();
    private ProducerState producers;
    /** What an earlier run found while it used the log. */
    private final @Nullable LogDamage declared;

    private @Nullable LogDamage damage;
    private boolean folderChanged;

    /** Offset up to which some companion file speaks for batches. */
    private long companionsReach;

    /** Bytes of batches that had to be read, because no companion file speaks for them. */
    private long bytesRead;

    /** The snapshots and the batches disagree, so that only the batches count. */
    private boolean snapshotsContradicted;

    private LogRecovery(LogHome home, LogOffsets noted) {
        this.home = home;
        this.noted = noted;
        this.producers = new ProducerState(home.config().producers());
        this.declared = DamageNote.read(home);
    }

    /** Opens the log in the home's folder; an empty folder, or none, gives an empty log. */
    static PartitionLog open(LogHome home, LogOffsets noted) {
        return new LogRecovery(home, noted).open();
    }

    private PartitionLog open() {
        findSegments();
        dropGivenUp();
        if (segments.isEmpty()) {
            startEmpty();
        } else {
            recover();
        }
        if (damage == null) {
            damage = declared;
        }
        long end = segments.get(segments.size() - 1).nextOffset();
        if (damage == null) {
            syncTail();
            if (companionsReach > end) { // a crash overtook the sync that wrote them before it took them back
                Companions.deleteAbove(home, end);
            }
        }
        long logStart = Math.max(noted.logStart(), segments.get(0).baseOffset());
        epochs.startAt(logStart, end);
        var offsets = notedFrom(logStart);
        return new PartitionLog(
                home,
                new RecoveredLog(segments, epochs, producers, logStart, bytesRead, notedEnd(logStart, end), damage),
                offsets);
    }

    /** The tail was synced. Without space to note that, a restart knows of no more than before. */
    private long notedEnd(long logStart, long end) {
        boolean counts = damage != null || home.ledger().synced(() -> end);
        return counts ? end : Math.max(logStart, Math.min(noted.recoveryPoint(), end));
    }

    /**
     * A log that was being emptied when it ended may begin later than is noted. That is noted before any sync is, or
     * the next start would miss what lies between.
     */
    private LogOffsets notedFrom(long logStart) {
        if (damage != null || logStart <= noted.logStart()) {
            return noted;
        }
        var now = new LogOffsets(logStart, noted.recoveryPoint(), noted.highWatermark());
        home.ledger().replace(() -> now);
        return now;
    }

    private void findSegments() {
        if (home.place().exists()) {
            new SegmentSwap(home.disk(), home.folder()).settle();
        }
        for (var name : home.files()) {
            if (name.endsWith(LogFiles.TEMPORARY) || name.endsWith(LogFiles.GIVEN_UP)) {
                home.disk().delete(home.path(name));
            }
            LogFiles.offsetIn(name, LogFiles.PRODUCERS)
                    .ifPresent(offset -> companionsReach = Math.max(companionsReach, offset));
            LogFiles.offsetIn(name, LogFiles.SEGMENT)
                    .ifPresent(offset -> segments.add(Segment.existing(
                            home.disk(), home.folder(), offset, home.config().indexIntervalBytes())));
        }
    }

    /**
     * Segments all of whose offsets lie below the noted start, which was on the disk before any of them was touched: a
     * stop came before the rest of their deletion, or before the folder was synced, so that any of them may be there.
     */
    private void dropGivenUp() {
        while (segments.size() > 1 && segments.get(1).baseOffset() <= noted.logStart()) {
            segments.remove(0).delete();
        }
    }

    /** Offsets from the noted start up to here were synced; what is below the start, nobody misses. */
    private long promisedEnd() {
        return noted.recoveryPoint() > noted.logStart() ? noted.recoveryPoint() : Long.MIN_VALUE;
    }

    private void startEmpty() {
        if (noted.recoveryPoint() > noted.logStart()) {
            damage = new LogDamage(
                    noted.logStart(),
                    home.folder() + " holds no segment, but was synced up to " + noted.recoveryPoint());
        }
        segments.add(Segment.planned(
                home.disk(), home.folder(), noted.logStart(), home.config().indexIntervalBytes()));
    }

    private void recover() {
        long first = segments.get(0).baseOffset();
        if (first > noted.logStart() && noted.recoveryPoint() > noted.logStart()) {
            damage = new LogDamage(
                    noted.logStart(), home.folder() + " begins at " + first + " instead of " + noted.logStart());
        }
        long end = readFrom(startingPoint());
        if (snapshotsContradicted) {
            segments.forEach(Segment::forget);
            epochs = new EpochHistory();
            producers = new ProducerState(home.config().producers());
            end = readFrom(first);
        }
        if (end < promisedEnd() && damage == null) {
            damage = new LogDamage(
                    end, home.folder() + " ends at " + end + ", but was synced up to " + noted.recoveryPoint());
        }
        if (damage == null && declared == null && end < noted.logStart()) {
            restartAtLogStart();
        }
    }

    /** Learns what all segments hold and answers the log's end; state is taken from batches at or above the start. */
    private long readFrom(long start) {
        long next = segments.get(0).baseOffset();
        for (int i = 0; i < segments.size(); i++) {
            var segment = segments.get(i);
            if (segment.baseOffset() != next) {
                defect(i, next, "the log continues at " + next + ", the next segment is " + segment.path());
                return next;
            }
            String defect = load(segment, i + 1 < segments.size(), start);
            next = segment.nextOffset();
            if (defect != null) {
                defect(i + 1, next, defect);
                return next;
            }
        }
        return next;
    }

    /** From where on batches must be read for the state that they leave; everything before is in a snapshot. */
    private long startingPoint() {
        long first = segments.get(0).baseOffset();
        var bytes = CheckedFile.read(home.disk(), home.path(LogFiles.EPOCHS)).bytes();
        var restored = bytes == null ? null : EpochHistory.decode(bytes);
        companionsReach = restored == null ? companionsReach : Math.max(companionsReach, restored.coveredTo());
        if (restored == null || !restored.reachesBackTo(Math.max(first, noted.logStart()))) {
            return first;
        }
        long trusted = declared == null ? noted.recoveryPoint() : Math.min(noted.recoveryPoint(), declared.offset());
        var snapshot = ProducerRebuild.newestSnapshot(home, Math.min(trusted, restored.coveredTo()));
        if (snapshot == null || !isReachable(snapshot.offset())) {
            return first;
        }
        epochs = restored.history();
        epochs.truncateTo(snapshot.offset());
        producers = snapshot.producers();
        return snapshot.offset();
    }

    /** True when reading can begin at the offset: at a segment's start, or where an index says that a segment ended. */
    private boolean isReachable(long offset) {
        Segment floor = null;
        for (var segment : segments) {
            floor = segment.baseOffset() <= offset ? segment : floor;
        }
        if (floor == null || floor.baseOffset() == offset) {
            return floor != null;
        }
        var summary = summaryOf(floor);
        return summary != null && summary.nextOffset() == offset && summary.sizeBytes() <= floor.fileBytes();
    }

    /** Learns what a segment holds, from its index where that reaches and by reading the rest; answers a defect. */
    private @Nullable String load(Segment segment, boolean finished, long start) {
        var summary = summaryOf(segment);
        if (summary != null && trusted(summary, segment, finished, start)) {
            segment.restore(summary, finished);
        }
        if (segment.sizeBytes() == segment.fileBytes()) {
            return null;
        }
        int epoch = segment.nextOffset() > start ? Math.max(0, epochs.latest()) : 0;
        int known = segment.sizeBytes();
        var scan = new SegmentScan(segment.file(), known, segment.nextOffset(), epoch);
        String defect = scan(scan, batch -> note(segment, batch, start));
        bytesRead += segment.sizeBytes() - known;
        return defect == null
                ? null
                : segment.path() + " at byte " + scan.position() + " of " + segment.fileBytes() + ": " + defect;
    }

    /** What an earlier run found damaged may not even be read; that is no news, and says nothing of other logs. */
    private @Nullable String scan(SegmentScan scan, Consumer<BatchView> visitor) {
        try {
            var defect = scan.run(visitor);
            return defect == null ? null : defect.message();
        } catch (DiskException e) {
            if (declared == null || e.kind() != DiskException.Kind.IO) {
                throw e;
            }
            return "it cannot be read: " + e.getMessage();
        }
    }

    private void note(Segment segment, BatchView batch, long start) {
        segment.note(batch);
        if (batch.baseOffset() < start) {
            return;
        }
        if (batch.leaderEpoch() < epochs.latest()) {
            snapshotsContradicted = true;
            return;
        }
        epochs.note(batch.leaderEpoch(), batch.baseOffset());
        producers.note(batch);
    }

    /** An index stands for bytes whose state is in the snapshot already: all of a finished segment, or a clean end. */
    private static boolean trusted(SegmentSummary summary, Segment segment, boolean finished, long start) {
        return finished && summary.nextOffset() <= start
                ? summary.sizeBytes() == segment.fileBytes()
                : summary.nextOffset() == start && summary.sizeBytes() <= segment.fileBytes();
    }

    private @Nullable SegmentSummary summaryOf(Segment segment) {
        var bytes = CheckedFile.read(home.disk(), segment.indexPath()).bytes();
        return bytes == null ? null : SegmentSummary.decode(bytes, home.config().indexIntervalBytes());
    }

    /** A defect at an offset: segments from {@code rest} on, and what follows in the one before, are not the log's. */
    private void defect(int rest, long offset, String description) {
        if (offset < promisedEnd() || declared != null) {
            damage = damage == null ? new LogDamage(offset, description) : damage;
            while (segments.size() > Math.max(1, rest)) {
                segments.remove(segments.size() - 1).release();
            }
            return;
        }
        Companions.deleteAbove(home, offset);
        while (segments.size() > rest) {
            segments.remove(segments.size() - 1).delete();
            folderChanged = true;
        }
        var last = segments.get(segments.size() - 1);
        if (last.sizeBytes() < last.fileBytes()) {
            last.dropPartialAppend();
            last.file().sync();
        }
    }

    /** All bytes lie below the noted start: the log had been emptied there, and nothing since was synced. */
    private void restartAtLogStart() {
        var list = new SegmentList(home, segments);
        list.restartAt(noted.logStart());
        segments.clear();
        segments.addAll(list.all());
        epochs = new EpochHistory();
        producers = new ProducerState(home.config().producers());
    }

    /**
     * A file made just before a kill: no sync of the log covers its creation, so what is written to it could vanish.
     */
    private boolean endsInAnEmptyFile() {
        var last = segments.get(segments.size() - 1);
        return last.exists() && last.sizeBytes() == 0;
    }

    /** Makes the accepted tail durable; the open log counts all of it as durable. */
    private void syncTail() {
        for (var segment : segments) {
            if (segment.exists() && segment.nextOffset() > noted.recoveryPoint()) {
                segment.sync();
                folderChanged = true;
            }
        }
        if (folderChanged || endsInAnEmptyFile()) {
            home.disk().syncDirectory(home.folder());
        }
    }
}
