package io.flotilla.model.record;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * What compaction makes of a stored batch: the same offsets, epoch and producer, with fewer records or none. Only for
 * batches that {@link BatchCheck} has passed; each answer is an entry of its own, from 0 to its limit.
 */
public final class BatchRewrite {
    /** {@code max_timestamp_ms} of a batch without records. */
    public static final long NO_TIMESTAMP = -1;

    /** For batches without tombstones, and those whose tombstones may not go yet, whenever that will be. */
    public static final long NO_HORIZON = -1;

    private BatchRewrite() {}

    /** The batch without its records; what a log knows of its producer stays. */
    public static ByteBuffer emptied(BatchView batch) {
        var fields = new BatchFields()
                .attributes(flags(batch))
                .counts(batch.lastOffsetDelta(), 0, 0)
                .producer(batch.producerId(), batch.producerEpoch(), batch.baseSequence())
                .timestamps(batch.baseTimestampMs(), NO_TIMESTAMP);
        return assigned(entry(fields, new byte[BatchLayout.MAX_PREFIX_BYTES], BatchLayout.MAX_PREFIX_BYTES), batch);
    }

    /**
     * Offsets that hold nothing, of the same epoch as {@code like}, whose first offset is the first.
     *
     * @param lastOffset at most {@link Integer#MAX_VALUE} behind the first
     */
    public static ByteBuffer filler(BatchView like, long lastOffset) {
        var fields = new BatchFields()
                .counts((int) (lastOffset - like.baseOffset()), 0, 0)
                .timestamps(NO_TIMESTAMP, NO_TIMESTAMP);
        return assigned(entry(fields, new byte[BatchLayout.MAX_PREFIX_BYTES], BatchLayout.MAX_PREFIX_BYTES), like);
    }

    /**
     * The batch with some of its records, at least one, with its codec where that makes the payload smaller.
     *
     * @param kept by a record's position in the batch
     * @param deleteHorizonMs when tombstones among them may go, or {@link #NO_HORIZON}; KIP-534: it takes the place of
     *     the batch's base timestamp, to which the records' own are then relative
     * @return null when that would be larger than a batch may be
     */
    public static @Nullable ByteBuffer keeping(BatchView batch, BitSet kept, long deleteHorizonMs) {
        boolean horizon = deleteHorizonMs != NO_HORIZON;
        long baseTimestampMs = horizon ? deleteHorizonMs : batch.baseTimestampMs();
        var target = new Target(batch.uncompressedSize());
        var records = RecordReader.of(batch);
        boolean shifted = baseTimestampMs != batch.baseTimestampMs() && !batch.hasAppendTimestamps();
        long newestMs = Long.MIN_VALUE;
        int count = 0;
        for (int i = 0; records.next(); i++) {
            if (kept.get(i)) {
                if (shifted) {
                    target.addAt(records.encoded(), records.timestampMs() - baseTimestampMs);
                } else {
                    target.add(records.encoded());
                }
                newestMs = Math.max(newestMs, records.timestampMs());
                count++;
            }
        }
        var plain = target.payload();
        if (plain.length() > BatchLayout.MAX_UNCOMPRESSED_BYTES) {
            return null;
        }
        var codec = batch.codec() == null ? Codec.NONE : batch.codec();
        var compressed = Compression.compress(codec, plain);
        boolean smaller = compressed.length() < plain.length();
        var payload = smaller ? compressed : plain;
        if (BatchLayout.MAX_PREFIX_BYTES + payload.length() > BatchLayout.MAX_ENTRY_BYTES) {
            return null;
        }
        var fields = new BatchFields()
                .attributes(flags(batch)
                        | (smaller ? codec.id() : Codec.NONE.id())
                        | (horizon ? BatchLayout.DELETE_HORIZON : 0))
                .counts(batch.lastOffsetDelta(), count, plain.length())
                .producer(batch.producerId(), batch.producerEpoch(), batch.baseSequence())
                .timestamps(baseTimestampMs, newestMs);
        return assigned(entry(fields, payload.bytes(), payload.end()), batch);
    }

    /** What says how the batch came into the log, and not what is in it. */
    private static int flags(BatchView batch) {
        return batch.attributes() & ~(BatchLayout.CODEC_MASK | BatchLayout.DELETE_HORIZON);
    }

    private static ByteBuffer entry(BatchFields fields, byte[] bytes, int end) {
        int payloadLength = end - BatchLayout.MAX_PREFIX_BYTES;
        int bodyLength = BatchLayout.PAYLOAD_LENGTH + Varint.widthOf(payloadLength) + payloadLength;
        int start = end - bodyLength - Varint.widthOf(bodyLength) - 1;
        fields.writeAround(bytes, start, payloadLength);
        return ByteBuffer.wrap(bytes, start, end - start).slice();
    }

    private static ByteBuffer assigned(ByteBuffer entry, BatchView like) {
        BatchPatch.assign(BatchView.at(entry, 0), like.baseOffset(), like.leaderEpoch(), like.appendTimeMs());
        return entry;
    }

    /** Records behind room for a batch's fields. */
    private static final class Target {
        private static final byte RECORD_TAG = 0x0A;
        private static final byte TIMESTAMP_DELTA_TAG = RecordReader.TIMESTAMP_DELTA_TAG;

        private byte[] bytes;
        private int end = BatchLayout.MAX_PREFIX_BYTES;

        Target(int expectedBytes) {
            bytes = new byte[BatchLayout.MAX_PREFIX_BYTES + Math.max(64, expectedBytes)];
        }

        void add(ByteBuffer record) {
            begin(record.remaining());
            put(record);
        }

        /** The record with another timestamp delta, everything else as it was encoded. */
        void addAt(ByteBuffer record, long timestampDeltaMs) {
            var delta = new byte[11];
            delta[0] = TIMESTAMP_DELTA_TAG;
            int deltaBytes = Varint.write(delta, 1, Varint.zigZag(timestampDeltaMs));
            var rest = ByteBuffer.allocate(record.remaining());
            var fields = new ProtoCursor(record, 0, record.limit());
            while (fields.hasMore()) {
                int start = fields.position();
                int tag = fields.readTag();
                fields.skip(tag);
                if (tag != RecordReader.TIMESTAMP_DELTA_TAG) {
                    rest.put(record.slice(start, fields.position() - start));
                }
            }
            begin(deltaBytes + rest.flip().remaining());
            put(ByteBuffer.wrap(delta, 0, deltaBytes));
            put(rest);
        }

        private void begin(int size) {
            int more = 1 + Varint.MAX_LENGTH_BYTES + size;
            if (bytes.length - end < more) {
                bytes = Arrays.copyOf(bytes, Math.max(bytes.length + (bytes.length >> 1), Math.addExact(end, more)));
            }
            bytes[end++] = RECORD_TAG;
            end = Varint.write(bytes, end, size);
        }

        private void put(ByteBuffer source) {
            int length = source.remaining();
            source.get(bytes, end, length);
            end += length;
        }

        Compression.Payload payload() {
            return new Compression.Payload(bytes, end);
        }
    }
}
