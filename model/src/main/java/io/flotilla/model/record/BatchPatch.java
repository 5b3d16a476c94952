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
        LittleEndian.writeInt(
                buffer, body + BatchLayout.CRC, Crc32c.of(buffer, body + BatchLayout.CRC_START, batch.end()));
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
        LittleEndian.writeInt(
                buffer, body + BatchLayout.CRC, Crc32c.of(buffer, body + BatchLayout.CRC_START, batch.end()));
    }
}
