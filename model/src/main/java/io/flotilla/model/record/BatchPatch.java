package io.flotilla.model.record;

/** Rewrites fields of a batch in place: the broker those that it assigns, the producer its identity. */
public final class BatchPatch {
    private BatchPatch() {}

    /** Sets {@code base_offset}, {@code leader_epoch} and {@code append_time_ms}, and the checksum over them. */
    public static void assign(BatchView batch, long baseOffset, int leaderEpoch, long appendTimeMs) {
        var buffer = batch.buffer();
        int body = batch.bodyPosition();
        LittleEndian.writeLong(buffer, body + BatchLayout.BASE_OFFSET, baseOffset);
        LittleEndian.writeInt(buffer, body + BatchLayout.LEADER_EPOCH, leaderEpoch);
        LittleEndian.writeLong(buffer, body + BatchLayout.APPEND_TIME_MS, appendTimeMs);
        LittleEndian.writeInt(
                buffer, body + BatchLayout.HEADER_CRC, Crc32c.of(buffer, body, body + BatchLayout.HEADER_CRC_END));
    }

    /** Assigns batches that are appended together: the first gets the offset, each other follows the one before. */
    public static void assign(BatchRegion batches, long baseOffset, int leaderEpoch, long appendTimeMs) {
        long offset = baseOffset;
        for (var batch : batches) {
            assign(batch, offset, leaderEpoch, appendTimeMs);
            offset = batch.nextOffset();
        }
    }

    /**
     * Makes every record's timestamp the leader's: sets the attribute and the largest timestamp, and recomputes
     * {@code crc}, which the caller has checked before.
     */
    public static void stampAppendTime(BatchView batch, long appendTimeMs) {
        var buffer = batch.buffer();
        int body = batch.bodyPosition();
        LittleEndian.writeInt(
                buffer, body + BatchLayout.ATTRIBUTES, batch.attributes() | BatchLayout.APPEND_TIMESTAMPS);
        LittleEndian.writeLong(buffer, body + BatchLayout.MAX_TIMESTAMP_MS, appendTimeMs);
        sign(batch);
    }

    /**
     * Gives a batch that was built before another identity of its idempotent producer, and recomputes {@code crc}; for
     * the producer, which alone may decide that the batch is not in any log under the old one.
     */
    public static void producer(BatchView batch, long producerId, int producerEpoch, int baseSequence) {
        var buffer = batch.buffer();
        int body = batch.bodyPosition();
        LittleEndian.writeLong(buffer, body + BatchLayout.PRODUCER_ID, producerId);
        LittleEndian.writeInt(buffer, body + BatchLayout.PRODUCER_EPOCH, producerEpoch);
        LittleEndian.writeInt(buffer, body + BatchLayout.BASE_SEQUENCE, baseSequence);
        sign(batch);
    }

    /** Lets a batch without records begin later, as one does that is appended behind a part of its offsets. */
    public static void beginAt(BatchView emptied, long baseOffset) {
        int delta = (int) (emptied.lastOffset() - baseOffset);
        assign(emptied, baseOffset, emptied.leaderEpoch(), emptied.appendTimeMs());
        LittleEndian.writeInt(emptied.buffer(), emptied.bodyPosition() + BatchLayout.LAST_OFFSET_DELTA, delta);
        sign(emptied);
    }

    /** Lets a batch without records end later; at most {@link Integer#MAX_VALUE} behind its first offset. */
    public static void endAt(BatchView emptied, long lastOffset) {
        int delta = (int) (lastOffset - emptied.baseOffset());
        LittleEndian.writeInt(emptied.buffer(), emptied.bodyPosition() + BatchLayout.LAST_OFFSET_DELTA, delta);
        sign(emptied);
    }

    private static void sign(BatchView batch) {
        int body = batch.bodyPosition();
        LittleEndian.writeInt(
                batch.buffer(),
                body + BatchLayout.CRC,
                Crc32c.of(batch.buffer(), body + BatchLayout.CRC_START, batch.end()));
    }
}
