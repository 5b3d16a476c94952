package io.flotilla.broker.log;

/** Where appended batches stand: the first record's offset, the last record's, and their bytes. */
public record AppendedRange(long baseOffset, long lastOffset, int bytes) {
    /** Offset after the last record. */
    public long nextOffset() {
        return lastOffset + 1;
    }
}
