package io.flotilla.model.record;

import java.nio.ByteBuffer;

/** The values of fields 6 to 14, and how they are laid around a payload that is already in place. */
final class BatchFields {
    private int attributes;
    private int lastOffsetDelta;
    private int recordCount;
    private int uncompressedSize;
    private long producerId = BatchLayout.NO_PRODUCER_ID;
    private int producerEpoch = BatchLayout.NO_PRODUCER_EPOCH;
    private int baseSequence = BatchLayout.NO_SEQUENCE;
    private long baseTimestampMs;
    private long maxTimestampMs;

    BatchFields attributes(int value) {
        attributes = value;
        return this;
    }

    BatchFields counts(int offsetDelta, int records, int uncompressed) {
        lastOffsetDelta = offsetDelta;
        recordCount = records;
        uncompressedSize = uncompressed;
        return this;
    }

    BatchFields producer(long id, int epoch, int sequence) {
        producerId = id;
        producerEpoch = epoch;
        baseSequence = sequence;
        return this;
    }

    BatchFields timestamps(long baseMs, long maxMs) {
        baseTimestampMs = baseMs;
        maxTimestampMs = maxMs;
        return this;
    }

    /**
     * Writes tag, length and fields from {@code start} on, so that they end where the payload begins, and both
     * checksums. Fields 1 to 3 are 0.
     */
    void writeAround(byte[] bytes, int start, int payloadLength) {
        int bodyLength = BatchLayout.PAYLOAD_LENGTH + Varint.widthOf(payloadLength) + payloadLength;
        bytes[start] = BatchLayout.ENTRY_TAG;
        int body = Varint.write(bytes, start + 1, bodyLength);
        for (int number = 1; number <= BatchLayout.fixedFieldCount(); number++) {
            var field = BatchLayout.fixedField(number);
            bytes[body + field.tagPosition()] = field.tag();
        }
        bytes[body + BatchLayout.PAYLOAD_TAG] = BatchLayout.PAYLOAD_TAG_BYTE;
        Varint.write(bytes, body + BatchLayout.PAYLOAD_LENGTH, payloadLength);
        var buffer = ByteBuffer.wrap(bytes);
        LittleEndian.writeInt(buffer, body + BatchLayout.ATTRIBUTES, attributes);
        LittleEndian.writeInt(buffer, body + BatchLayout.LAST_OFFSET_DELTA, lastOffsetDelta);
        LittleEndian.writeInt(buffer, body + BatchLayout.RECORD_COUNT, recordCount);
        LittleEndian.writeInt(buffer, body + BatchLayout.UNCOMPRESSED_SIZE, uncompressedSize);
        LittleEndian.writeLong(buffer, body + BatchLayout.PRODUCER_ID, producerId);
        LittleEndian.writeInt(buffer, body + BatchLayout.PRODUCER_EPOCH, producerEpoch);
        LittleEndian.writeInt(buffer, body + BatchLayout.BASE_SEQUENCE, baseSequence);
        LittleEndian.writeLong(buffer, body + BatchLayout.BASE_TIMESTAMP_MS, baseTimestampMs);
        LittleEndian.writeLong(buffer, body + BatchLayout.MAX_TIMESTAMP_MS, maxTimestampMs);
        int end = body + bodyLength;
        LittleEndian.writeInt(buffer, body + BatchLayout.CRC, Crc32c.of(buffer, body + BatchLayout.CRC_START, end));
        BatchPatch.assign(BatchView.at(buffer, start), 0, 0, 0);
    }
}
