package io.flotilla.broker.log;

/**
 * Where a log is cut: at the start of the batch that contains an offset.
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
        while (cursor.advance()) {
            var batch = cursor.batch();
            if (batch.nextOffset() > offset) {
                return new LogCut(segment, batch.baseOffset(), (int) cursor.position(), newestMs, newestOffset);
            }
            if (batch.maxTimestampMs() > newestMs) {
                newestMs = batch.maxTimestampMs();
                newestOffset = batch.baseOffset();
            }
        }
        if (cursor.defect() != null) {
            throw new CorruptLogException(
                    Math.max(segment.baseOffset(), cursor.nextOffset()),
                    segment + " is damaged at byte " + cursor.nextPosition());
        }
        return new LogCut(segment, segment.nextOffset(), segment.sizeBytes(), newestMs, newestOffset);
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
