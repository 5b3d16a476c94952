package io.flotilla.broker.log;

import io.flotilla.broker.log.compact.CompactionRules;
import io.flotilla.broker.log.compact.KeyOffsets;
import io.flotilla.broker.log.compact.Sieve;
import io.flotilla.model.disk.DiskException;
import io.flotilla.model.record.BatchView;
import io.flotilla.model.record.CorruptBatchException;
import io.flotilla.model.record.RecordReader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One cleaning of one log: learns the last offset of each key in what is new, then writes the log's settled segments
 * again, oldest first, without the records that have a later one. A segment is cleaned only after all before it are on
 * the disk, so that a tombstone outlives what it deletes. One thread; whoever claimed the log for it unclaims it.
 */
final class LogCleaning {
    private final PartitionLog log;
    private final Compaction.Claim claim;
    private final Cleanable part;
    private final CompactionRules rules;
    private final CleaningPace pace;
    private final long nowMs;
    private final int keysMax;

    private long bytesBefore;
    private long bytesAfter;

    /** Why it ended early; null while it goes on. */
    private CleaningReport.@Nullable End early;

    LogCleaning(PartitionLog log, Compaction.Claim claim, Cleanable part, Means means, long nowMs) {
        this.log = log;
        this.claim = claim;
        this.part = part;
        this.rules = log.compaction().config().compaction();
        this.pace = means.pace();
        this.keysMax = means.keysMax();
        this.nowMs = nowMs;
    }

    /**
     * What a cleaner has.
     *
     * @param keysMax keys that it can keep in memory
     * @param pace how fast it may read and write
     */
    record Means(int keysMax, CleaningPace pace) {}

    /**
     * What of a claimed log could be cleaned now.
     *
     * @throws DiskException when a file cannot be read
     */
    static Cleanable partOf(PartitionLog log, Compaction.Claim claim, long nowMs) {
        var rules = log.compaction().config().compaction();
        var part = Cleanable.of(claim.view().extents(), claim.cleanedTo(), claim.limit(), rules, nowMs);
        if (part.isEmpty() || part.isDue(rules) || rules.lagMsMax() == Long.MAX_VALUE) {
            return part;
        }
        long oldestMs = Long.MAX_VALUE;
        for (var segment : claim.view().segmentsBelow(part.end())) {
            if (segment.nextOffset() > part.from() && segment.retain()) {
                try {
                    oldestMs = Math.min(oldestMs, segment.oldestMs());
                } finally {
                    segment.release();
                }
            }
        }
        return oldestMs == Long.MAX_VALUE ? part : part.withOldest(oldestMs, rules, nowMs);
    }

    /**
     * Does it. A {@link DiskException} of kind FULL, or of a file that cannot be read, leaves a sound log, part of
     * which may be clean; after another the directory is offline.
     */
    CleaningReport run() {
        var held = new ArrayList<Segment>();
        try {
            for (var segment : claim.view().segmentsBelow(part.end())) {
                if (segment.retain()) {
                    held.add(segment);
                } else if (!held.isEmpty()) {
                    return CleaningReport.early(CleaningReport.End.LOG_CHANGED);
                }
            }
            return held.isEmpty() ? CleaningReport.early(CleaningReport.End.LOG_CHANGED) : clean(held);
        } catch (CorruptLogException e) {
            return CleaningReport.early(damaged(e.damage()));
        } finally {
            held.forEach(Segment::release);
        }
    }

    private CleaningReport clean(List<Segment> segments) {
        var keys = new KeyOffsets(keysIn(segments));
        long end = learn(segments, keys);
        if (early == null && end <= part.from()) {
            early = CleaningReport.End.KEYS_DO_NOT_FIT;
        }
        if (early != null) {
            return CleaningReport.early(early);
        }
        var sieve = new Sieve(
                keys,
                new Sieve.Scope(claim.notedStart(), end, nowMs, rules.deleteRetentionMs()),
                remembered(segments)::contains);
        write(segments.stream().filter(segment -> segment.baseOffset() < end).toList(), sieve);
        if (early != null) {
            return CleaningReport.early(early);
        }
        log.compaction().noteCleaned(claim, end);
        return CleaningReport.of(
                end == part.end() ? CleaningReport.End.WHOLE : CleaningReport.End.PART,
                new CleaningReport.Extent(part.from(), end, bytesBefore, bytesAfter),
                sieve,
                keys);
    }

    /** Room for every record of what is new, where that is little, or for all that may be. */
    private int keysIn(List<Segment> segments) {
        long bytes = 0;
        long records = 0;
        for (var segment : segments) {
            bytes += segment.nextOffset() > part.from() ? segment.sizeBytes() : 0;
        }
        if (bytes >= (long) keysMax * 16) {
            return keysMax;
        }
        for (var segment : segments) {
            if (segment.nextOffset() > part.from()) {
                var cursor = new BatchCursor(segment.file(), 0, segment.sizeBytes());
                while (cursor.advance()) {
                    records += cursor.batch().recordCount();
                }
            }
        }
        return (int) Math.min(keysMax, records);
    }

    /** The base offsets of the batches that the producers' state below the part's end is made of. */
    private Set<Long> remembered(List<Segment> segments) {
        var offsets = new HashSet<Long>();
        ProducerRebuild.upTo(
                        log.compaction().home(),
                        segments,
                        segments.get(segments.size() - 1).nextOffset())
                .forEach((id, entry) -> offsets.addAll(entry.baseOffsets()));
        return offsets;
    }

    /** Fills the keys and answers up to which offset they reach. */
    private long learn(List<Segment> segments, KeyOffsets keys) {
        long[] end = {part.from()};
        for (var segment : segments) {
            if (segment.nextOffset() > part.from()) {
                boolean all = scan(segment, batch -> {
                    if (batch.nextOffset() <= part.from()) {
                        return true;
                    }
                    if (!learn(batch, keys)) {
                        return false;
                    }
                    end[0] = batch.nextOffset();
                    return true;
                });
                if (!all) {
                    return end[0];
                }
            }
        }
        return end[0];
    }

    /** False when a key finds no room. */
    private boolean learn(BatchView batch, KeyOffsets keys) {
        if (batch.isControl() || batch.recordCount() == 0) {
            return true;
        }
        try {
            var records = RecordReader.of(batch);
            while (records.next()) { // all or none: one that nobody can read supersedes nothing
                continue;
            }
            records.rewind();
            while (records.next()) {
                var key = records.key();
                if (key != null && records.offset() >= claim.notedStart() && !keys.put(key, records.offset())) {
                    return false;
                }
            }
        } catch (CorruptBatchException e) {
            return true;
        }
        return true;
    }

    private void write(List<Segment> segments, Sieve sieve) {
        int first = 0;
        while (first < segments.size() && early == null) {
            first += writeGroup(segments.subList(first, segments.size()), sieve);
        }
    }

    /** Writes one file of as many segments as it has room for, puts it in their place, and answers how many. */
    private int writeGroup(List<Segment> segments, Sieve sieve) {
        long base = segments.get(0).baseOffset();
        var file = log.compaction().create(claim, base);
        if (file == null) {
            early = CleaningReport.End.LOG_CHANGED;
            return 0;
        }
        boolean placed = false;
        try {
            int count = 0;
            while (count < segments.size() && (count == 0 || fits(file, segments.get(count)))) {
                var segment = segments.get(count);
                if (!scan(segment, batch -> addTo(file, batch, sieve))) {
                    return count;
                }
                bytesBefore += segment.sizeBytes();
                count++;
            }
            boolean changed = file.finish() || count > 1;
            bytesAfter += file.segment().sizeBytes();
            if (changed) {
                var outcome = log.compaction().replace(claim, List.copyOf(segments.subList(0, count)), file);
                placed = outcome == Compaction.Outcome.DONE;
                early = outcome == Compaction.Outcome.VOID ? CleaningReport.End.LOG_CHANGED : null;
            }
            return count;
        } finally {
            if (placed) {
                file.close();
            } else {
                log.compaction().discard(file);
            }
        }
    }

    private boolean fits(CleanedFile file, Segment next) {
        return file.sizeBytes() + next.sizeBytes() <= log.compaction().config().segmentBytes()
                && next.nextOffset() - file.baseOffset() <= Integer.MAX_VALUE;
    }

    private boolean addTo(CleanedFile file, BatchView batch, Sieve sieve) {
        long before = file.sizeBytes();
        file.add(batch, sieve.sift(batch));
        return pay((int) (file.sizeBytes() - before));
    }

    private boolean pay(int bytes) {
        if (!pace.pay(bytes)) {
            early = CleaningReport.End.STOPPED;
        }
        return early == null;
    }

    /** Shows the batches of a segment until one is declined; false then, and where bytes are no batch. */
    private boolean scan(Segment segment, Predicate<BatchView> visitor) {
        var scan = new SegmentScan(segment.file(), 0, segment.baseOffset(), 0);
        try {
            boolean[] declined = {false};
            var defect = scan.runWhile(batch -> {
                declined[0] = !pay(batch.sizeBytes()) || !visitor.test(batch);
                return !declined[0];
            });
            if (defect != null) {
                damaged(new LogDamage(
                        scan.nextOffset(), segment.path() + " at byte " + scan.position() + ": " + defect));
            }
            return defect == null && !declined[0];
        } catch (DiskException e) {
            if (e.kind() != DiskException.Kind.IO) {
                throw e;
            }
            damaged(new LogDamage(scan.nextOffset(), segment.path() + " cannot be read: " + e.getMessage()));
            return false;
        }
    }

    /** The log looks itself, and declares it; unless it was cut meanwhile. */
    private CleaningReport.End damaged(LogDamage found) {
        var end = CleaningReport.End.LOG_CHANGED;
        if (claim.view().isCurrent()) {
            end = CleaningReport.End.DAMAGED;
            claim.view().suspect(found);
        }
        early = end;
        return end;
    }
}
