package io.flotilla.client;

import java.util.OptionalInt;

/**
 * What a group commits for a partition.
 *
 * @param offset of the next record to read, 0 or more
 * @param leaderEpoch of the last record that was read, with which a lost end of the log is noticed
 * @param metadata at most 4,096 bytes of UTF-8, kept and given back
 */
public record OffsetAndMetadata(long offset, OptionalInt leaderEpoch, String metadata) {
    public OffsetAndMetadata {
        if (offset < 0) {
            throw new IllegalArgumentException("offset " + offset + " is negative");
        }
    }

    public OffsetAndMetadata(long offset) {
        this(offset, OptionalInt.empty(), "");
    }

    public OffsetAndMetadata(long offset, String metadata) {
        this(offset, OptionalInt.empty(), metadata);
    }
}
