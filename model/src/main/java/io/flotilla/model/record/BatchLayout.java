package io.flotilla.model.record;

/**
 * Where everything is in a stored batch. An entry is {@code 0A}, a minimal varint with the body's length, then the
 * body: fifteen one-byte tags in order, each before its value, the payload last. Positions are relative to the body.
 */
public final class BatchLayout {
    /** First byte of every entry: field 1 of {@code RecordBatches}, length-delimited. */
    public static final byte ENTRY_TAG = 0x0A;

    public static final int BASE_OFFSET = 1;
    public static final int LEADER_EPOCH = 10;
    public static final int APPEND_TIME_MS = 15;
    public static final int HEADER_CRC = 24;
    public static final int CRC = 29;
    public static final int ATTRIBUTES = 34;
    public static final int LAST_OFFSET_DELTA = 39;
    public static final int RECORD_COUNT = 44;
    public static final int UNCOMPRESSED_SIZE = 49;
    public static final int PRODUCER_ID = 54;
    public static final int PRODUCER_EPOCH = 63;
    public static final int BASE_SEQUENCE = 68;
    public static final int BASE_TIMESTAMP_MS = 73;
    public static final int MAX_TIMESTAMP_MS = 82;

    /** Position of the payload's tag; its length follows as a minimal varint, then its bytes. */
    public static final int PAYLOAD_TAG = 90;

    public static final int PAYLOAD_LENGTH = 91;

    /** {@code header_crc} covers the body from 0 up to here. */
    public static final int HEADER_CRC_END = 23;

    /** {@code crc} covers the body from here to its end. */
    public static final int CRC_START = 33;

    /** Smallest body: every field and a payload length of one byte, of a batch that compaction has emptied. */
    public static final int MIN_BODY_BYTES = PAYLOAD_LENGTH + 1;

    /** Largest entry, tag and length included: 16 MiB. */
    public static final int MAX_ENTRY_BYTES = 16 << 20;

    /** Largest payload after decompression: 64 MiB. Nothing larger is ever allocated for one batch. */
    public static final int MAX_UNCOMPRESSED_BYTES = 64 << 20;

    /** Most bytes before the payload of a legal entry: tag, length, fields, payload length. */
    public static final int MAX_PREFIX_BYTES = 1 + 4 + PAYLOAD_LENGTH + 4;

    public static final int CODEC_MASK = 0x07;
    public static final int APPEND_TIMESTAMPS = 1 << 3;
    public static final int TRANSACTIONAL = 1 << 4;
    public static final int CONTROL = 1 << 5;
    public static final int DELETE_HORIZON = 1 << 6;
    public static final int KNOWN_ATTRIBUTES = 0x7F;

    /** {@code producer_id} of a producer that is not idempotent. */
    public static final long NO_PRODUCER_ID = -1;

    public static final int NO_PRODUCER_EPOCH = -1;
    public static final int NO_SEQUENCE = -1;
    public static final int MAX_PRODUCER_EPOCH = Short.MAX_VALUE;

    /** A field's tag byte, its position in the body, and the width of its value. */
    record FixedField(int number, String name, byte tag, int position, int width) {
        int tagPosition() {
            return position - 1;
        }
    }

    private static final FixedField[] FIELDS = {
        new FixedField(1, "base_offset", (byte) 0x09, BASE_OFFSET, 8),
        new FixedField(2, "leader_epoch", (byte) 0x15, LEADER_EPOCH, 4),
        new FixedField(3, "append_time_ms", (byte) 0x19, APPEND_TIME_MS, 8),
        new FixedField(4, "header_crc", (byte) 0x25, HEADER_CRC, 4),
        new FixedField(5, "crc", (byte) 0x2D, CRC, 4),
        new FixedField(6, "attributes", (byte) 0x35, ATTRIBUTES, 4),
        new FixedField(7, "last_offset_delta", (byte) 0x3D, LAST_OFFSET_DELTA, 4),
        new FixedField(8, "record_count", (byte) 0x45, RECORD_COUNT, 4),
        new FixedField(9, "uncompressed_size", (byte) 0x4D, UNCOMPRESSED_SIZE, 4),
        new FixedField(10, "producer_id", (byte) 0x51, PRODUCER_ID, 8),
        new FixedField(11, "producer_epoch", (byte) 0x5D, PRODUCER_EPOCH, 4),
        new FixedField(12, "base_sequence", (byte) 0x65, BASE_SEQUENCE, 4),
        new FixedField(13, "base_timestamp_ms", (byte) 0x69, BASE_TIMESTAMP_MS, 8),
        new FixedField(14, "max_timestamp_ms", (byte) 0x71, MAX_TIMESTAMP_MS, 8),
    };

    static final byte PAYLOAD_TAG_BYTE = 0x7A;

    private BatchLayout() {}

    /** How many fixed-width fields precede the payload. */
    static int fixedFieldCount() {
        return FIELDS.length;
    }

    /** The fixed-width field with this number, 1 to 14. */
    static FixedField fixedField(int number) {
        return FIELDS[number - 1];
    }
}
