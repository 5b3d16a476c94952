package io.flotilla.model.record;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns records into one canonical entry, byte for byte what a generated stub would serialise. Records are encoded as
 * they come, behind room for the batch's fields, so that an uncompressed batch is never copied. Owned by one thread;
 * {@link #build} may be called once.
 */
public final class RecordBatchBuilder {
    private static final byte RECORD_TAG = 0x0A;
    private static final byte OFFSET_DELTA_TAG = 0x08;
    private static final byte TIMESTAMP_DELTA_TAG = 0x10;
    private static final byte KEY_TAG = 0x1A;
    private static final byte VALUE_TAG = 0x22;
    private static final byte HEADERS_TAG = 0x2A;
    private static final byte HEADER_KEY_TAG = 0x0A;
    private static final byte HEADER_VALUE_TAG = 0x12;

    private final Codec codec;
    private byte[] bytes;
    private int end = BatchLayout.MAX_PREFIX_BYTES;
    private int recordCount;
    private long baseTimestampMs;
    private long maxTimestampMs;
    private long producerId = BatchLayout.NO_PRODUCER_ID;
    private int producerEpoch = BatchLayout.NO_PRODUCER_EPOCH;
    private int baseSequence = BatchLayout.NO_SEQUENCE;

    /** A batch compressed with {@code codec}; {@code expectedBytes} sizes the first buffer. */
    public RecordBatchBuilder(Codec codec, int expectedBytes) {
        this.codec = codec;
        this.bytes = new byte[BatchLayout.MAX_PREFIX_BYTES + Math.max(64, expectedBytes)];
    }

    /** Makes the batch an idempotent producer's. */
    public RecordBatchBuilder producer(long id, int epoch, int sequence) {
        producerId = id;
        producerEpoch = epoch;
        baseSequence = sequence;
        return this;
    }

    /** Adds a record without headers. */
    public RecordBatchBuilder add(long timestampMs, byte @Nullable [] key, byte @Nullable [] value) {
        return add(timestampMs, key, value, List.of());
    }

    /** Adds a record at the next offset; {@code timestampMs} is milliseconds since the Unix epoch. */
    public RecordBatchBuilder add(
            long timestampMs, byte @Nullable [] key, byte @Nullable [] value, List<RecordHeader> headers) {
        if (recordCount == 0) {
            baseTimestampMs = timestampMs;
            maxTimestampMs = timestampMs;
        }
        maxTimestampMs = Math.max(maxTimestampMs, timestampMs);
        long timestampDelta = Varint.zigZag(timestampMs - baseTimestampMs);
        var headerKeys = encodedKeys(headers);
        int size = fieldSize(key) + fieldSize(value) + headersSize(headers, headerKeys);
        size += recordCount == 0 ? 0 : 1 + Varint.widthOf(recordCount);
        size += timestampDelta == 0 ? 0 : 1 + Varint.widthOf(timestampDelta);
        reserve(1 + Varint.MAX_LENGTH_BYTES + size);
        bytes[end++] = RECORD_TAG;
        end = Varint.write(bytes, end, size);
        if (recordCount != 0) {
            bytes[end++] = OFFSET_DELTA_TAG;
            end = Varint.write(bytes, end, recordCount);
        }
        if (timestampDelta != 0) {
            bytes[end++] = TIMESTAMP_DELTA_TAG;
            end = Varint.write(bytes, end, timestampDelta);
        }
        writeField(KEY_TAG, key);
        writeField(VALUE_TAG, value);
        for (int i = 0; i < headerKeys.length; i++) {
            writeHeader(headerKeys[i], headers.get(i).value());
        }
        recordCount++;
        return this;
    }

    public int recordCount() {
        return recordCount;
    }

    /** Bytes of the records so far, before compression. */
    public int uncompressedBytes() {
        return end - BatchLayout.MAX_PREFIX_BYTES;
    }

    /** Most bytes that a record without headers adds to {@link #uncompressedBytes}. */
    public static int recordBytesMax(byte @Nullable [] key, byte @Nullable [] value) {
        return 1 + Varint.MAX_LENGTH_BYTES + 6 + 11 + fieldSize(key) + fieldSize(value);
    }

    /**
     * The entry, from the buffer's position to its limit, with offset, epoch and append time 0. A payload that
     * compression does not make smaller stays uncompressed. The batch must have a record.
     */
    public ByteBuffer build() {
        if (recordCount == 0) {
            throw new IllegalStateException("a batch has at least one record");
        }
        var records = new Compression.Payload(bytes, end);
        var payload = Compression.compress(codec, records);
        boolean smaller = payload.length() < records.length();
        return smaller ? entry(payload, codec, records.length()) : entry(records, Codec.NONE, records.length());
    }

    private ByteBuffer entry(Compression.Payload payload, Codec used, int uncompressedSize) {
        int bodyLength = BatchLayout.PAYLOAD_LENGTH + Varint.widthOf(payload.length()) + payload.length();
        int start = payload.end() - bodyLength - Varint.widthOf(bodyLength) - 1;
        var fields = new BatchFields()
                .attributes(used.id())
                .counts(recordCount - 1, recordCount, uncompressedSize)
                .producer(producerId, producerEpoch, baseSequence)
                .timestamps(baseTimestampMs, maxTimestampMs);
        fields.writeAround(payload.bytes(), start, payload.length());
        return ByteBuffer.wrap(payload.bytes(), start, payload.end() - start).slice();
    }

    private static int fieldSize(byte @Nullable [] value) {
        return value == null ? 0 : 1 + Varint.widthOf(value.length) + value.length;
    }

    private static byte[][] encodedKeys(List<RecordHeader> headers) {
        var keys = new byte[headers.size()][];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = headers.get(i).key().getBytes(StandardCharsets.UTF_8);
        }
        return keys;
    }

    private static int headersSize(List<RecordHeader> headers, byte[][] keys) {
        int size = 0;
        for (int i = 0; i < keys.length; i++) {
            int header = headerSize(keys[i], headers.get(i).value());
            size += 1 + Varint.widthOf(header) + header;
        }
        return size;
    }

    private static int headerSize(byte[] key, @Nullable ByteBuffer value) {
        int size = key.length == 0 ? 0 : fieldSize(key);
        return value == null ? size : size + 1 + Varint.widthOf(value.remaining()) + value.remaining();
    }

    private void writeHeader(byte[] key, @Nullable ByteBuffer value) {
        bytes[end++] = HEADERS_TAG;
        end = Varint.write(bytes, end, headerSize(key, value));
        if (key.length > 0) {
            writeField(HEADER_KEY_TAG, key);
        }
        if (value != null) {
            int length = value.remaining();
            bytes[end++] = HEADER_VALUE_TAG;
            end = Varint.write(bytes, end, length);
            value.get(value.position(), bytes, end, length);
            end += length;
        }
    }

    private void writeField(byte tag, byte @Nullable [] value) {
        if (value == null) {
            return;
        }
        bytes[end++] = tag;
        end = Varint.write(bytes, end, value.length);
        System.arraycopy(value, 0, bytes, end, value.length);
        end += value.length;
    }

    private void reserve(int more) {
        if (bytes.length - end < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length + (bytes.length >> 1), Math.addExact(end, more)));
        }
    }
}
