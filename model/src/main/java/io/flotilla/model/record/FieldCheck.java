package io.flotilla.model.record;

import org.jspecify.annotations.Nullable;

/** The values of a batch's fields: which make sense alone and beside the others. */
final class FieldCheck {
    /** A record in a payload takes a tag and a length at least. */
    private static final int MIN_RECORD_BYTES = 2;

    private FieldCheck() {}

    /** What holds for every batch. */
    static @Nullable BatchDefect common(BatchView batch) {
        int attributes = batch.attributes();
        if ((attributes & ~BatchLayout.KNOWN_ATTRIBUTES) != 0) {
            return bad("attributes is 0x" + Integer.toHexString(attributes) + ", only bits 0 to 6 may be set");
        }
        var codec = batch.codec();
        if (codec == null) {
            return new BatchDefect(
                    BatchDefect.Kind.UNKNOWN_CODEC,
                    "codec " + (attributes & BatchLayout.CODEC_MASK)
                            + " in bits 0 to 2 of attributes is unknown, the largest known is " + Codec.ZSTD.id());
        }
        if (batch.lastOffsetDelta() < 0) {
            return bad("last_offset_delta is " + Integer.toUnsignedString(batch.lastOffsetDelta())
                    + ", the largest allowed is " + Integer.MAX_VALUE);
        }
        var defect = batch.recordCount() == 0 ? emptied(batch, codec) : filled(batch, codec);
        return defect == null ? producer(batch) : defect;
    }

    /** Compaction leaves offsets without records in a log; producers send none. */
    private static @Nullable BatchDefect emptied(BatchView batch, Codec codec) {
        int payload = batch.end() - batch.payloadPosition();
        return payload == 0 && batch.uncompressedSize() == 0 && codec == Codec.NONE
                ? null
                : bad("record_count is 0, but the payload has " + payload + " bytes, uncompressed_size is "
                        + Integer.toUnsignedString(batch.uncompressedSize()) + " and the codec " + codec);
    }

    private static @Nullable BatchDefect filled(BatchView batch, Codec codec) {
        long offsets = batch.lastOffsetDelta() + 1L;
        if (batch.recordCount() < 0 || batch.recordCount() > offsets) {
            return bad("record_count is " + Integer.toUnsignedString(batch.recordCount()) + ", with last_offset_delta "
                    + batch.lastOffsetDelta() + " it must be between 0 and " + offsets);
        }
        return sizes(batch, codec);
    }

    private static @Nullable BatchDefect sizes(BatchView batch, Codec codec) {
        int size = batch.uncompressedSize();
        int payload = batch.end() - batch.payloadPosition();
        if (size < 1 || size > BatchLayout.MAX_UNCOMPRESSED_BYTES) {
            return new BatchDefect(
                    BatchDefect.Kind.TOO_LARGE,
                    "uncompressed_size is " + Integer.toUnsignedString(size) + ", it must be between 1 and "
                            + BatchLayout.MAX_UNCOMPRESSED_BYTES);
        }
        if (codec == Codec.NONE && size != payload) {
            return bad("uncompressed_size is " + size + ", but the uncompressed payload has " + payload + " bytes");
        }
        if (batch.recordCount() > size / MIN_RECORD_BYTES) {
            return bad("record_count is " + batch.recordCount() + ", but " + size + " bytes hold at most "
                    + size / MIN_RECORD_BYTES + " records");
        }
        return null;
    }

    private static @Nullable BatchDefect producer(BatchView batch) {
        long id = batch.producerId();
        int epoch = batch.producerEpoch();
        int sequence = batch.baseSequence();
        if (id == BatchLayout.NO_PRODUCER_ID) {
            return epoch == BatchLayout.NO_PRODUCER_EPOCH && sequence == BatchLayout.NO_SEQUENCE
                    ? null
                    : bad("without a producer_id, producer_epoch and base_sequence must be -1, they are " + epoch
                            + " and " + sequence);
        }
        if (id < 0) {
            return bad("producer_id is " + id + ", it must be an allocated id or -1");
        }
        if (epoch < 0 || epoch > BatchLayout.MAX_PRODUCER_EPOCH) {
            return bad("producer_epoch is " + epoch + ", with a producer_id it must be between 0 and "
                    + BatchLayout.MAX_PRODUCER_EPOCH);
        }
        if (sequence < 0 && !batch.isControl()) {
            return bad("base_sequence is " + sequence + ", with a producer_id it must be between 0 and "
                    + Integer.MAX_VALUE);
        }
        return null;
    }

    /** What the broker assigned. */
    static @Nullable BatchDefect assigned(BatchView batch) {
        if (batch.baseOffset() < 0 || batch.baseOffset() > Long.MAX_VALUE - Integer.MAX_VALUE - 1L) {
            return bad("base_offset is " + batch.baseOffset() + ", it must be between 0 and "
                    + (Long.MAX_VALUE - Integer.MAX_VALUE - 1L));
        }
        if (batch.leaderEpoch() < 0) {
            return bad("leader_epoch is " + Integer.toUnsignedString(batch.leaderEpoch()) + ", the largest allowed is "
                    + Integer.MAX_VALUE);
        }
        return null;
    }

    /** What a client may not send although a log may hold it. */
    static @Nullable BatchDefect fromProducer(BatchView batch) {
        int attributes = batch.attributes();
        int brokersOwn = BatchLayout.APPEND_TIMESTAMPS | BatchLayout.CONTROL | BatchLayout.DELETE_HORIZON;
        if ((attributes & brokersOwn) != 0) {
            return bad("attributes is 0x" + Integer.toHexString(attributes)
                    + ", producers may not set bits 3 (append time), 5 (control) and 6 (delete horizon)");
        }
        if (batch.isTransactional()) {
            return bad("attributes is 0x" + Integer.toHexString(attributes)
                    + ", bit 4 (transactional) is not supported by this version");
        }
        if (batch.recordCount() != batch.lastOffsetDelta() + 1) {
            return bad("record_count is " + batch.recordCount() + " and last_offset_delta " + batch.lastOffsetDelta()
                    + ": a producer's batch has no gaps, so that record_count is last_offset_delta + 1");
        }
        return null;
    }

    private static BatchDefect bad(String message) {
        return new BatchDefect(BatchDefect.Kind.BAD_FIELD, message);
    }
}
