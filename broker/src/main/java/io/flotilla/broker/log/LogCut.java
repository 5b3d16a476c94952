package io.flotilla.broker.log;

import io.flotilla.model.record.BatchCheck;
import java.nio.ByteBuffer;

/**
 * Where a log is cut: at the start of the batch that contains an offset.
 *
 * <p>What is in front of the cut must be sound, else damage there would decide where it is.
 *
 * @param end offset at which the log ends after the cut
 * @param position where that is in the segment
 * @param newestMs largest timestamp of the segment's batches that stay
 * @param newestOffset base offset of the first batch that has it
 */
record LogCut(Segment segment, long end, int position, long newestMs, long newestOffset) {
    static LogCut at(SegmentList segments, long offset) {
        var segment = segments.from(offset).get(0);
        if (offset <= segment.baseOffset()) {
            return new LogCut(segment, offset, 0, Segment.NO_TIMESTAMP, -1);
        }
        long newestMs = Segment.NO_TIMESTAMP;
        long newestOffset = -1;
        var cursor = new BatchCursor(segment.file(), 0, segment.sizeBytes());
        long expected = segment.baseOffset();
        long before = expected;
        while (cursor.advance()) {
            var batch = cursor.batch();
            if (!batch.headerCrcMatches()) {
                throw damaged(segment, expected, cursor.position());
            }
            if (batch.baseOffset() != expected) { // this one says so in its own checksum: the one before is bad
                throw damaged(segment, before, cursor.position());
            }
            if (batch.nextOffset() > offset) {
                if (batch.baseOffset() < offset && !isSound(segment, cursor)) {
                    throw damaged(segment, expected, cursor.position());
                }
                return new LogCut(segment, batch.baseOffset(), (int) cursor.position(), newestMs, newestOffset);
            }
            if (batch.maxTimestampMs() > newestMs) {
                newestMs = batch.maxTimestampMs();
                newestOffset = batch.baseOffset();
            }
            before = batch.baseOffset();
            expected = batch.nextOffset();
        }
        if (cursor.defect() != null) {
            throw damaged(segment, expected, cursor.nextPosition());
        }
        return new LogCut(segment, segment.nextOffset(), segment.sizeBytes(), newestMs, newestOffset);
    }

    /** A bad bit may have a batch reach over the offset, and be cut off with all that is good behind it. */
    private static boolean isSound(Segment segment, BatchCursor cursor) {
        var bytes = ByteBuffer.allocate(cursor.batch().sizeBytes());
        segment.file().read(cursor.position(), bytes);
        bytes.flip();
        return BatchCheck.stored(bytes, 0, bytes.limit()) == null;
    }

    private static CorruptLogException damaged(Segment segment, long offset, long position) {
        return new CorruptLogException(offset, segment + " is damaged at byte " + position);
    }

    void apply(LogHome home, SegmentList segments) {
        Companions.deleteAbove(home, end);
        segments.removeAbove(segment.baseOffset());
        if (position < segment.sizeBytes()) {
            segment.cutAt(position, end);
            segment.sync(); // else it comes back after a power loss, and a segment begun behind it may fit on to it
            segment.deleteIndexFile();
            segment.resetNewest(newestMs, newestOffset);
        }
    }
}
