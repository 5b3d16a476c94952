package io.flotilla.chaos.example;

import io.flotilla.client.OffsetAndMetadata;
import java.util.OptionalInt;

/**
 * How far a partition is in the database.
 *
 * @param nextOffset of the first record that is not in the database
 * @param leaderEpoch of the last one that is, -1 while there is none
 */
record Position(long nextOffset, int leaderEpoch) {
    static final int NO_EPOCH = -1;

    /** Where to seek; with the epoch, a log that lost its end since is noticed instead of read. */
    OffsetAndMetadata toSeek() {
        return new OffsetAndMetadata(
                nextOffset, leaderEpoch == NO_EPOCH ? OptionalInt.empty() : OptionalInt.of(leaderEpoch), "");
    }
}
