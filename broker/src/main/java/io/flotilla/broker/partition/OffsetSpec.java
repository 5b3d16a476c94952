package io.flotilla.broker.partition;

/** Which offset to look for. */
public enum OffsetSpec {
    /** The first that the partition holds. */
    EARLIEST,
    /** The high watermark. */
    LATEST,
    /** The first record at or after a timestamp. */
    TIMESTAMP,
    /** The record with the largest timestamp. */
    MAX_TIMESTAMP
}
