package io.flotilla.broker.log;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What an index file says about a finished segment. Believed only while the segment has exactly that many bytes.
 *
 * @param nextOffset offset after the segment's last batch
 * @param maxTimestampMs largest timestamp, {@link Segment#NO_TIMESTAMP} for an empty segment
 * @param maxTimestampOffset base offset of the first batch that has it
 */
record SegmentSummary(OffsetIndex index, int sizeBytes, long nextOffset, long maxTimestampMs, long maxTimestampOffset) {
    private static final int FIXED_BYTES = Integer.BYTES + 3 * Long.BYTES;

    ByteBuffer encode() {
        var bytes = ByteBuffer.allocate(FIXED_BYTES + index.count() * OffsetIndex.ENTRY_BYTES);
        bytes.putInt(sizeBytes).putLong(nextOffset).putLong(maxTimestampMs).putLong(maxTimestampOffset);
        index.writeTo(bytes);
        return bytes.flip();
    }

    /** Reads what {@link #encode} wrote; null when the bytes are no summary. */
    static @Nullable SegmentSummary decode(ByteBuffer bytes, int indexIntervalBytes) {
        if (bytes.remaining() < FIXED_BYTES || (bytes.remaining() - FIXED_BYTES) % OffsetIndex.ENTRY_BYTES != 0) {
            return null;
        }
        int size = bytes.getInt();
        long next = bytes.getLong();
        long newest = bytes.getLong();
        long newestOffset = bytes.getLong();
        var index = OffsetIndex.readFrom(bytes, indexIntervalBytes);
        return index.fits(size) ? new SegmentSummary(index, size, next, newest, newestOffset) : null;
    }
}
