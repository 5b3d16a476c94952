package io.flotilla.broker.log;

import io.flotilla.model.disk.DiskException;
import io.flotilla.model.record.BatchCheck;
import io.flotilla.model.record.BatchDefect;
import io.flotilla.model.record.BatchView;
import io.flotilla.model.record.RecordReader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A log as it was at one moment, for readers on any thread; the loop publishes a new one with every change. Immutable
 * but for the files, whose bytes below {@link #logEnd} change only when the log is truncated.
 */
public final class LogView {
    private final Segment[] segments;
    private final long logStart;
    private final long logEnd;

    /** Bytes of the last segment that belong to this view. */
    private final int lastSegmentBytes;

    private final Truncations.Since current;

    LogView(Segment[] segments, long logStart, long logEnd, int lastSegmentBytes, Truncations.Since current) {
        this.segments = segments;
        this.logStart = logStart;
        this.logEnd = logEnd;
        this.lastSegmentBytes = lastSegmentBytes;
        this.current = current;
    }

    /** First offset that the log still holds. */
    public long logStart() {
        return logStart;
    }

    /** Offset that the next record will have. */
    public long logEnd() {
        return logEnd;
    }

    /** What each file holds, oldest first; at least one. */
    public List<SegmentExtent> extents() {
        var extents = new ArrayList<SegmentExtent>(segments.length);
        for (int i = 0; i < segments.length; i++) {
            long next = i + 1 < segments.length ? segments[i + 1].baseOffset() : logEnd;
            extents.add(new SegmentExtent(segments[i].baseOffset(), next, bytesOf(i), segments[i].maxTimestampMs()));
        }
        return extents;
    }

    /**
     * Whole batches from the one that contains {@code fromOffset} on, as far as they end at or before
     * {@code upperOffset}: at least one, then as many as fit {@code maxBytes}. Empty when there is none yet; null when
     * the offset is below the log's start or above its end, now or soon. The caller closes the slice.
     *
     * @throws LogTruncatedException when the log was truncated since this view was published
     * @throws CorruptLogException when the file holds something else than batches
     */
    public @Nullable LogSlice read(long fromOffset, int maxBytes, long upperOffset) {
        if (fromOffset < logStart || fromOffset > logEnd) {
            return null;
        }
        long upper = Math.min(upperOffset, logEnd);
        if (fromOffset >= upper) {
            return LogSlice.empty(fromOffset);
        }
        for (int i = segmentAt(fromOffset); i < segments.length; i++) {
            var segment = segments[i];
            if (!hold(segment)) {
                return null;
            }
            LogSlice slice = null;
            try {
                slice = readSegment(i, fromOffset, maxBytes, upper);
            } finally {
                if (slice == null || slice.isEmpty()) {
                    segment.release();
                }
            }
            if (slice != null) {
                return slice;
            }
        }
        return LogSlice.empty(fromOffset);
    }

    /** Null when the segment holds nothing at or after the offset; compaction leaves such. */
    private @Nullable LogSlice readSegment(int i, long fromOffset, int maxBytes, long upper) {
        var segment = segments[i];
        int size = bytesOf(i);
        int from = segment.index().positionAtOrBelow(fromOffset - segment.baseOffset());
        var cursor = cursor(segment, from, size);
        do {
            if (!advance(cursor, segment)) {
                return null;
            }
        } while (cursor.batch().nextOffset() <= fromOffset);
        if (cursor.batch().nextOffset() > logEnd) { // which nobody appended: its header went bad
            throw current.corrupt(
                    fromOffset,
                    segment.path() + " is damaged at byte " + cursor.position() + ": a batch reaches to offset "
                            + cursor.batch().nextOffset() + ", the log to " + logEnd);
        }
        if (cursor.batch().nextOffset() > upper) {
            return LogSlice.empty(fromOffset);
        }
        long baseOffset = cursor.batch().baseOffset();
        int start = (int) cursor.position();
        if (upper == logEnd && i == segments.length - 1 && size - start <= maxBytes) {
            return slice(segment, start, size - start, baseOffset, logEnd);
        }
        return upTo(segment, cursor, size, Math.min(size, (long) start + maxBytes), upper);
    }

    /** The slice from the cursor's batch on, ending where a batch ends, within the byte limit but for the first. */
    private LogSlice upTo(Segment segment, BatchCursor first, int size, long limit, long upper) {
        int start = (int) first.position();
        long baseOffset = first.batch().baseOffset();
        long end = first.nextPosition();
        long nextOffset = first.batch().nextOffset();
        long least = nextOffset;
        var cursor = first;
        int jump = segment.index().positionAtOrBelow(upper - 1 - segment.baseOffset(), (int) limit);
        boolean more = true;
        if (jump > end) {
            cursor = cursor(segment, jump, size);
            more = advance(cursor, segment);
            end = jump;
            nextOffset = more ? cursor.batch().baseOffset() : nextOffset;
        } else {
            more = advance(cursor, segment);
        }
        while (more && cursor.nextPosition() <= limit && cursor.batch().nextOffset() <= upper) {
            end = cursor.nextPosition();
            nextOffset = cursor.batch().nextOffset();
            more = advance(cursor, segment);
        }
        if (nextOffset < least) { // a header went bad, and who reads on from there would never end
            throw current.corrupt(
                    held(segment, least),
                    segment.path() + " is damaged before byte " + end + ": a batch there ends at offset " + nextOffset
                            + ", one before it at " + least);
        }
        return slice(segment, start, (int) end - start, baseOffset, nextOffset);
    }

    /** Bytes of all segments. */
    public long sizeBytes() {
        long bytes = 0;
        for (int i = 0; i < segments.length; i++) {
            bytes += bytesOf(i);
        }
        return bytes;
    }

    /** The first record with a timestamp at or after the given one, below {@code upperOffset}. */
    public Optional<TimestampedOffset> findByTimestamp(long timestampMs, long upperOffset) {
        long upper = Math.min(upperOffset, logEnd);
        for (int i = segmentAt(logStart); i < segments.length && segments[i].baseOffset() < upper; i++) {
            var segment = segments[i];
            if (hold(segment)) {
                try {
                    var found = findIn(i, timestampMs, upper);
                    if (found.isPresent()) {
                        return found;
                    }
                } finally {
                    segment.release();
                }
            }
        }
        return Optional.empty();
    }

    private Optional<TimestampedOffset> findIn(int i, long timestampMs, long upper) {
        var segment = segments[i];
        var cursor = cursor(segment, segment.index().positionBefore(timestampMs), bytesOf(i));
        while (advance(cursor, segment) && cursor.batch().baseOffset() < upper) {
            if (cursor.batch().maxTimestampMs() >= timestampMs && cursor.batch().nextOffset() > logStart) {
                var found = firstRecord(segment, cursor, timestampMs, upper);
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    /** The first record with the largest timestamp below {@code upperOffset}. */
    public Optional<TimestampedOffset> maxTimestamp(long upperOffset) {
        long upper = Math.min(upperOffset, logEnd);
        Optional<TimestampedOffset> newest = Optional.empty();
        for (int i = segmentAt(logStart); i < segments.length && segments[i].baseOffset() < upper; i++) {
            var segment = segments[i];
            boolean finished = i < segments.length - 1;
            boolean older = newest.isPresent()
                    && segment.maxTimestampMs() <= newest.get().timestampMs();
            if (!(finished && older) && hold(segment)) {
                try {
                    newest = newest(i, upper, newest);
                } finally {
                    segment.release();
                }
            }
        }
        return newest;
    }

    private Optional<TimestampedOffset> newest(int i, long upper, Optional<TimestampedOffset> before) {
        var segment = segments[i];
        var newest = before;
        var cursor = cursor(segment, 0, bytesOf(i));
        while (advance(cursor, segment) && cursor.batch().baseOffset() < upper) {
            long timestampMs = cursor.batch().maxTimestampMs();
            boolean newer = newest.isEmpty() || timestampMs > newest.get().timestampMs();
            if (newer && cursor.batch().nextOffset() > logStart) {
                var found = firstRecord(segment, cursor, timestampMs, upper);
                newest = found.isPresent() ? found : newest;
            }
        }
        return newest;
    }

    private Optional<TimestampedOffset> firstRecord(Segment segment, BatchCursor cursor, long timestampMs, long upper) {
        var bytes = ByteBuffer.allocate(cursor.batch().sizeBytes());
        long offset = held(segment, cursor.batch().baseOffset());
        try {
            segment.file().read(cursor.position(), bytes);
        } catch (DiskException e) {
            throw current.unreadable(offset, segment.path(), e);
        }
        var defect = BatchCheck.storedRegion(bytes.flip());
        if (defect != null) {
            throw corrupt(segment, offset, cursor.position(), defect);
        }
        var batch = BatchView.at(bytes, 0);
        if (batch.isControl()) {
            return Optional.empty();
        }
        var records = RecordReader.of(batch);
        while (records.next() && records.offset() < upper) {
            if (records.timestampMs() >= timestampMs && records.offset() >= logStart) {
                return Optional.of(new TimestampedOffset(records.offset(), records.timestampMs(), batch.leaderEpoch()));
            }
        }
        return Optional.empty();
    }

    private LogSlice slice(Segment segment, int position, int length, long baseOffset, long nextOffset) {
        return LogSlice.of(segment, position, length, new LogSlice.Bounds(baseOffset, nextOffset, current));
    }

    private static BatchCursor cursor(Segment segment, int from, int to) {
        return new BatchCursor(segment.file(), from, to);
    }

    private boolean advance(BatchCursor cursor, Segment segment) {
        try {
            if (cursor.advance()) {
                return true;
            }
        } catch (DiskException e) {
            throw current.unreadable(offsetOf(segment, cursor), segment.path(), e);
        }
        var defect = cursor.defect();
        if (defect != null) {
            throw corrupt(segment, offsetOf(segment, cursor), cursor.nextPosition(), defect);
        }
        return false;
    }

    /** What to throw for bytes that are no batch; a truncation meanwhile explains them. */
    private CorruptLogException corrupt(Segment segment, long offset, long position, BatchDefect defect) {
        return current.corrupt(offset, segment.path() + " is damaged at byte " + position + ": " + defect.message());
    }

    /** Offset of what the cursor could not move to; fields of the batches before, which nobody checked, may lie. */
    private long offsetOf(Segment segment, BatchCursor cursor) {
        long known = cursor.nextOffset() < 0
                ? segment.baseOffset() + segment.index().offsetAtOrBefore(cursor.nextPosition())
                : cursor.nextOffset();
        return held(segment, known);
    }

    private long held(Segment segment, long offset) {
        return Math.max(segment.baseOffset(), Math.min(offset, logEnd));
    }

    /** False when a truncation has begun since, which explains bytes that are no batch. */
    boolean isCurrent() {
        return current.holds();
    }

    /** Tells the log what a reader found. */
    void suspect(LogDamage found) {
        current.tell(found);
    }

    /** The same log, as if it ended before the batch that holds the offset; nothing from there on is read. */
    LogView below(long offset) {
        if (offset >= logEnd) {
            return this;
        }
        int last = segmentAt(offset);
        var segment = segments[last];
        long end = segment.baseOffset();
        long position = 0;
        try {
            int from = segment.index().positionAtOrBelow(offset - 1 - end);
            end += segment.index().offsetAtOrBefore(from);
            position = from;
            var cursor = cursor(segment, from, bytesOf(last));
            while (cursor.advance() && cursor.batch().nextOffset() <= offset) {
                end = cursor.nextOffset();
                position = cursor.nextPosition();
            }
        } catch (DiskException e) {
            end = segment.baseOffset(); // what cannot be read is not offered
            position = 0;
        }
        return new LogView(Arrays.copyOf(segments, last + 1), Math.min(logStart, end), end, (int) position, current);
    }

    /** False for what the log gave up; what a cleaning replaced long ago is in a later view. */
    private static boolean hold(Segment segment) {
        if (segment.retain()) {
            return true;
        }
        if (segment.isReplaced()) {
            throw new LogTruncatedException();
        }
        return false;
    }

    /** The files that end at or before the offset; never the last one. */
    List<Segment> segmentsBelow(long offset) {
        var below = new ArrayList<Segment>();
        for (int i = 0; i + 1 < segments.length && segments[i + 1].baseOffset() <= offset; i++) {
            below.add(segments[i]);
        }
        return below;
    }

    private int bytesOf(int i) {
        return i == segments.length - 1 ? lastSegmentBytes : segments[i].sizeBytes();
    }

    /** Index of the last segment whose base offset is at or below the offset. */
    private int segmentAt(long offset) {
        int low = 0;
        int high = segments.length - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (segments[middle].baseOffset() <= offset) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }
}
