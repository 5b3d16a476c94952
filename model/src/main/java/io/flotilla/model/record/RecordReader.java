package io.flotilla.model.record;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Walks the records of one batch without an object per record: {@link #next} moves on, the accessors read where it
 * stands. Keys and values are views of the batch's memory, or of the decompressed copy. Accepts any protobuf encoding
 * of the records; one whose inside is not what its fields announce ends in {@link CorruptBatchException}.
 */
public final class RecordReader {
    private static final int RECORDS_TAG = 1 << 3 | ProtoCursor.WIRE_BYTES;
    private static final int OFFSET_DELTA_TAG = 1 << 3 | ProtoCursor.WIRE_VARINT;
    static final int TIMESTAMP_DELTA_TAG = 2 << 3 | ProtoCursor.WIRE_VARINT;
    private static final int KEY_TAG = 3 << 3 | ProtoCursor.WIRE_BYTES;
    private static final int VALUE_TAG = 4 << 3 | ProtoCursor.WIRE_BYTES;
    private static final int HEADERS_TAG = 5 << 3 | ProtoCursor.WIRE_BYTES;
    private static final int HEADER_KEY_TAG = 1 << 3 | ProtoCursor.WIRE_BYTES;
    private static final int HEADER_VALUE_TAG = 2 << 3 | ProtoCursor.WIRE_BYTES;
    private static final int ABSENT = -1;

    private final BatchView batch;
    private final ByteBuffer payload;
    private final int payloadStart;
    private final int payloadEnd;
    private final ProtoCursor cursor;

    private int nextRecord;
    private int recordStart;
    private int recordEnd;
    private int recordsRead;
    private int offsetDelta = ABSENT;
    private long timestampDeltaMs;
    private int keyPosition;
    private int keyLength;
    private int valuePosition;
    private int valueLength;
    private int headerCount;

    private RecordReader(BatchView batch, ByteBuffer payload, int position, int end) {
        this.batch = batch;
        this.payload = payload;
        this.payloadStart = position;
        this.payloadEnd = end;
        this.nextRecord = position;
        this.cursor = new ProtoCursor(payload, position, end);
    }

    /**
     * Opens a batch that {@link BatchCheck} has passed; decompresses it where need be, never into more than the
     * {@code uncompressed_size} that it announces.
     */
    public static RecordReader of(BatchView batch) {
        if (batch.codec() == Codec.NONE) {
            return new RecordReader(batch, batch.buffer(), batch.payloadPosition(), batch.end());
        }
        var records = Decompression.payloadOf(batch);
        return new RecordReader(batch, records, 0, records.limit());
    }

    /** Moves to the next record; false after the last one. */
    public boolean next() {
        if (nextRecord >= payloadEnd) {
            if (recordsRead != batch.recordCount()) {
                throw CorruptBatchException.records(
                        "the payload has " + recordsRead + " records, record_count is " + batch.recordCount());
            }
            return false;
        }
        cursor.move(nextRecord, payloadEnd);
        int tag = cursor.readTag();
        if (tag != RECORDS_TAG) {
            throw CorruptBatchException.records("field " + (tag >>> 3) + " stands where a record should");
        }
        int length = cursor.readLength();
        recordStart = cursor.position();
        recordEnd = recordStart + length;
        nextRecord = recordEnd;
        recordsRead++;
        parseRecord();
        return true;
    }

    /** Goes back to before the first record. */
    public void rewind() {
        nextRecord = payloadStart;
        recordsRead = 0;
        offsetDelta = ABSENT;
    }

    private void parseRecord() {
        int previousDelta = offsetDelta;
        long delta = 0;
        timestampDeltaMs = 0;
        keyPosition = ABSENT;
        valuePosition = ABSENT;
        headerCount = 0;
        cursor.move(recordStart, recordEnd);
        while (cursor.hasMore()) {
            int tag = cursor.readTag();
            switch (tag) {
                case OFFSET_DELTA_TAG -> delta = cursor.readVarint() & 0xFFFF_FFFFL;
                case TIMESTAMP_DELTA_TAG -> timestampDeltaMs = Varint.unZigZag(cursor.readVarint());
                case KEY_TAG -> {
                    keyLength = cursor.readLength();
                    keyPosition = cursor.advance(keyLength);
                }
                case VALUE_TAG -> {
                    valueLength = cursor.readLength();
                    valuePosition = cursor.advance(valueLength);
                }
                case HEADERS_TAG -> {
                    cursor.advance(cursor.readLength());
                    headerCount++;
                }
                default -> cursor.skip(tag);
            }
        }
        if (delta <= previousDelta || delta > batch.lastOffsetDelta()) {
            throw CorruptBatchException.records("offset_delta " + delta + " follows " + previousDelta
                    + ", it must rise and not pass last_offset_delta " + batch.lastOffsetDelta());
        }
        offsetDelta = (int) delta;
    }

    public long offset() {
        return batch.baseOffset() + offsetDelta;
    }

    /** The record as it is encoded, without its length, a view of the same memory. */
    ByteBuffer encoded() {
        return payload.slice(recordStart, recordEnd - recordStart);
    }

    /** Milliseconds since the Unix epoch: the producer's, or the leader's on topics with append timestamps. */
    public long timestampMs() {
        return batch.hasAppendTimestamps() ? batch.maxTimestampMs() : batch.baseTimestampMs() + timestampDeltaMs;
    }

    public boolean hasKey() {
        return keyPosition != ABSENT;
    }

    /** The key, a view of the same memory; null when there is none, which is not the same as empty. */
    public @Nullable ByteBuffer key() {
        return keyPosition == ABSENT ? null : payload.slice(keyPosition, keyLength);
    }

    /** The value, a view of the same memory; null is a tombstone on a compacted topic. */
    public @Nullable ByteBuffer value() {
        return valuePosition == ABSENT ? null : payload.slice(valuePosition, valueLength);
    }

    /** The key, copied. */
    public byte @Nullable [] keyBytes() {
        return copy(keyPosition, keyLength);
    }

    /** The value, copied. */
    public byte @Nullable [] valueBytes() {
        return copy(valuePosition, valueLength);
    }

    private byte @Nullable [] copy(int position, int length) {
        if (position == ABSENT) {
            return null;
        }
        var bytes = new byte[length];
        payload.get(position, bytes);
        return bytes;
    }

    public int headerCount() {
        return headerCount;
    }

    /** The headers in their order; their values are views of the same memory. */
    public List<RecordHeader> headers() {
        if (headerCount == 0) {
            return List.of();
        }
        var headers = new ArrayList<RecordHeader>(headerCount);
        cursor.move(recordStart, recordEnd);
        while (cursor.hasMore()) {
            int tag = cursor.readTag();
            if (tag == HEADERS_TAG) {
                int length = cursor.readLength();
                int start = cursor.advance(length);
                headers.add(header(start, start + length));
            } else {
                cursor.skip(tag);
            }
        }
        return headers;
    }

    private RecordHeader header(int start, int end) {
        var fields = new ProtoCursor(payload, start, end);
        String key = "";
        ByteBuffer value = null;
        while (fields.hasMore()) {
            int tag = fields.readTag();
            if (tag == HEADER_KEY_TAG) {
                int length = fields.readLength();
                key = StandardCharsets.UTF_8
                        .decode(payload.slice(fields.advance(length), length))
                        .toString();
            } else if (tag == HEADER_VALUE_TAG) {
                int length = fields.readLength();
                value = payload.slice(fields.advance(length), length);
            } else {
                fields.skip(tag);
            }
        }
        return new RecordHeader(key, value);
    }
}
