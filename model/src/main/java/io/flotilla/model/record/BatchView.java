package io.flotilla.model.record;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of one canonical batch where it lies in a buffer; copies nothing. Only for entries that
 * {@link BatchCheck} has passed: on others the answers mean nothing. Follows what {@link BatchPatch} writes.
 */
public final class BatchView {
    private final ByteBuffer buffer;
    private final int entry;
    private final int body;
    private final int end;

    private BatchView(ByteBuffer buffer, int entry, int body, int end) {
        this.buffer = buffer;
        this.entry = entry;
        this.body = body;
        this.end = end;
    }

    /** View of the entry whose tag is at {@code position}, absolute. */
    public static BatchView at(ByteBuffer buffer, int position) {
        long length = Varint.readMinimal(buffer, position + 1, buffer.limit());
        if (buffer.get(position) != BatchLayout.ENTRY_TAG || length == Varint.MALFORMED) {
            throw new IllegalArgumentException("no batch starts at position " + position);
        }
        int body = position + 1 + Varint.width(length);
        return new BatchView(buffer, position, body, body + Varint.value(length));
    }

    public ByteBuffer buffer() {
        return buffer;
    }

    /** Absolute position of the entry's tag. */
    public int position() {
        return entry;
    }

    /** Absolute position of the body. */
    public int bodyPosition() {
        return body;
    }

    /** Absolute position after the entry. */
    public int end() {
        return end;
    }

    /** Bytes of the whole entry, tag and length included. */
    public int sizeBytes() {
        return end - entry;
    }

    public long baseOffset() {
        return LittleEndian.readLong(buffer, body + BatchLayout.BASE_OFFSET);
    }

    public long lastOffset() {
        return baseOffset() + lastOffsetDelta();
    }

    /** Offset after the batch. */
    public long nextOffset() {
        return lastOffset() + 1;
    }

    public int leaderEpoch() {
        return LittleEndian.readInt(buffer, body + BatchLayout.LEADER_EPOCH);
    }

    public long appendTimeMs() {
        return LittleEndian.readLong(buffer, body + BatchLayout.APPEND_TIME_MS);
    }

    public int headerCrc() {
        return LittleEndian.readInt(buffer, body + BatchLayout.HEADER_CRC);
    }

    public int crc() {
        return LittleEndian.readInt(buffer, body + BatchLayout.CRC);
    }

    public int attributes() {
        return LittleEndian.readInt(buffer, body + BatchLayout.ATTRIBUTES);
    }

    public int lastOffsetDelta() {
        return LittleEndian.readInt(buffer, body + BatchLayout.LAST_OFFSET_DELTA);
    }

    public int recordCount() {
        return LittleEndian.readInt(buffer, body + BatchLayout.RECORD_COUNT);
    }

    /** Bytes of the payload after decompression. */
    public int uncompressedSize() {
        return LittleEndian.readInt(buffer, body + BatchLayout.UNCOMPRESSED_SIZE);
    }

    public long producerId() {
        return LittleEndian.readLong(buffer, body + BatchLayout.PRODUCER_ID);
    }

    public int producerEpoch() {
        return LittleEndian.readInt(buffer, body + BatchLayout.PRODUCER_EPOCH);
    }

    public int baseSequence() {
        return LittleEndian.readInt(buffer, body + BatchLayout.BASE_SEQUENCE);
    }

    /** Sequence of the last record; sequences wrap to 0 after 2^31 - 1. -1 for a producer that is not idempotent. */
    public int lastSequence() {
        int base = baseSequence();
        return base == BatchLayout.NO_SEQUENCE ? base : (base + lastOffsetDelta()) & Integer.MAX_VALUE;
    }

    public long baseTimestampMs() {
        return LittleEndian.readLong(buffer, body + BatchLayout.BASE_TIMESTAMP_MS);
    }

    public long maxTimestampMs() {
        return LittleEndian.readLong(buffer, body + BatchLayout.MAX_TIMESTAMP_MS);
    }

    /** The payload's codec, null when its id is unknown. */
    public @Nullable Codec codec() {
        return Codec.withId(attributes() & BatchLayout.CODEC_MASK);
    }

    public boolean isControl() {
        return (attributes() & BatchLayout.CONTROL) != 0;
    }

    public boolean isTransactional() {
        return (attributes() & BatchLayout.TRANSACTIONAL) != 0;
    }

    /** True when every record's timestamp is the batch's largest, set by the leader on append. */
    public boolean hasAppendTimestamps() {
        return (attributes() & BatchLayout.APPEND_TIMESTAMPS) != 0;
    }

    /** True for offsets without records and without a producer: what compaction leaves where all else was removed. */
    public boolean isFiller() {
        return recordCount() == 0 && !isIdempotent() && !isControl();
    }

    /** When tombstones in the batch may go, milliseconds since the Unix epoch; -1 while nobody has decided that. */
    public long deleteHorizonMs() {
        return (attributes() & BatchLayout.DELETE_HORIZON) == 0 ? -1 : baseTimestampMs();
    }

    public boolean isIdempotent() {
        return producerId() != BatchLayout.NO_PRODUCER_ID;
    }

    /** Absolute position of the payload's first byte; the payload ends with the entry. */
    public int payloadPosition() {
        int length = body + BatchLayout.PAYLOAD_LENGTH;
        return length + Varint.width(Varint.readMinimal(buffer, length, end));
    }

    /** The payload as stored, a view of the same memory. */
    public ByteBuffer payload() {
        int position = payloadPosition();
        return buffer.slice(position, end - position);
    }

    /** The whole entry, a view of the same memory. */
    public ByteBuffer entry() {
        return buffer.slice(entry, end - entry);
    }

    /** True when {@code header_crc} matches fields 1 to 3. */
    public boolean headerCrcMatches() {
        return headerCrc() == Crc32c.of(buffer, body, body + BatchLayout.HEADER_CRC_END);
    }

    /** True when {@code crc} matches fields 6 to 15. */
    public boolean crcMatches() {
        return crc() == Crc32c.of(buffer, body + BatchLayout.CRC_START, end);
    }

    @Override
    public String toString() {
        return "batch [" + baseOffset() + ".." + lastOffset() + "] epoch " + leaderEpoch() + ", " + sizeBytes()
                + " bytes";
    }
}
