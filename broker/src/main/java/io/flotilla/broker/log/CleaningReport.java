package io.flotilla.broker.log;

import io.flotilla.broker.log.compact.KeyOffsets;
import io.flotilla.broker.log.compact.Sieve;

/**
 * What came of a cleaning.
 *
 * @param from where what was new began
 * @param upTo offset up to which the log is clean now
 * @param bytesBefore of the segments that were written again
 * @param bytesAfter of what they became
 * @param recordsBefore in them
 * @param recordsAfter in what they became
 * @param keyless records that went because they have no key
 * @param unreadable batches that stayed because their records do not read
 * @param keys that were new
 * @param keyBytes memory that they took
 */
public record CleaningReport(
        End end,
        long from,
        long upTo,
        long bytesBefore,
        long bytesAfter,
        long recordsBefore,
        long recordsAfter,
        long keyless,
        long unreadable,
        int keys,
        long keyBytes) {
    /** How far it came. */
    public enum End {
        /** All that may be cleaned is clean. */
        WHOLE,
        /** There was no memory for all keys; the next cleaning goes on. */
        PART,
        /** Not even the keys of one batch fit. */
        KEYS_DO_NOT_FIT,
        /** The log was cut, or began anew, or is gone. */
        LOG_CHANGED,
        /** Bytes were found that are no batch. */
        DAMAGED,
        /** The node stops. */
        STOPPED
    }

    /** The part of the log that was cleaned, and what it took before and after. */
    record Extent(long from, long upTo, long bytesBefore, long bytesAfter) {}

    static CleaningReport of(End end, Extent extent, Sieve sieve, KeyOffsets keys) {
        return new CleaningReport(
                end,
                extent.from(),
                extent.upTo(),
                extent.bytesBefore(),
                extent.bytesAfter(),
                sieve.recordsRead(),
                sieve.recordsKept(),
                sieve.keyless(),
                sieve.unreadable(),
                keys.size(),
                keys.memoryBytes());
    }

    static CleaningReport early(End end) {
        return new CleaningReport(end, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    /** True when the log is cleaner than before. */
    public boolean isProgress() {
        return end == End.WHOLE || end == End.PART;
    }
}
