package io.flotilla.broker.log;

import io.flotilla.broker.log.compact.CompactionRules;
import io.flotilla.model.image.LogSettings;

/**
 * How a log lays out its files, and how long it keeps them.
 *
 * @param segmentBytes a segment is closed before it would grow past this; a single larger append still fits
 * @param indexIntervalBytes at least this many bytes lie between two entries of a segment's index
 * @param producers which idempotent producers a log remembers
 * @param segmentMs a segment is closed before its records would span more than this, milliseconds
 * @param retention what is given up, and when its files go
 * @param compaction whether and when of each key only the last record is kept
 */
public record LogConfig(
        int segmentBytes,
        int indexIntervalBytes,
        ProducerLimits producers,
        long segmentMs,
        Retention retention,
        CompactionRules compaction) {
    /** Largest segment: 1 GiB, well below what protobuf parsers read. */
    public static final int SEGMENT_BYTES_MAX = 1 << 30;

    private static final int BYTES_WORTH_COMPANIONS_MAX = 64 << 10;
    private static final long SEGMENT_MS = 7 * 24 * 3_600_000L;

    /** 128 MiB segments, an index entry per 4 KiB, the usual producers, a week per segment and for its records. */
    public static final LogConfig DEFAULT = new LogConfig(128 << 20, 4096, ProducerLimits.DEFAULT);

    public LogConfig {
        require(segmentBytes > 0 && segmentBytes <= SEGMENT_BYTES_MAX, "segment.bytes", segmentBytes);
        require(indexIntervalBytes > 0, "index interval", indexIntervalBytes);
        require(segmentMs > 0, "segment.ms", segmentMs);
    }

    /** Segments of a week's records at most, the usual retention, and no compaction. */
    public LogConfig(int segmentBytes, int indexIntervalBytes, ProducerLimits producers) {
        this(segmentBytes, indexIntervalBytes, producers, SEGMENT_MS, Retention.DEFAULT);
    }

    /** No compaction. */
    public LogConfig(
            int segmentBytes, int indexIntervalBytes, ProducerLimits producers, long segmentMs, Retention retention) {
        this(segmentBytes, indexIntervalBytes, producers, segmentMs, retention, CompactionRules.DEFAULT);
    }

    private static void require(boolean holds, String name, long value) {
        if (!holds) {
            throw new IllegalArgumentException(name + " is " + value + ", it must be positive and segments at most "
                    + SEGMENT_BYTES_MAX + " bytes");
        }
    }

    /** The same, but for what the topic says itself. */
    LogConfig with(LogSettings topic) {
        var rules = compaction.with(topic.compaction());
        long spanMs = topic.segmentMs().orElse(segmentMs);
        return new LogConfig(
                topic.segmentBytes().orElse(segmentBytes),
                indexIntervalBytes,
                producers,
                rules.policy().compacts() ? Math.min(spanMs, rules.lagMsMax()) : spanMs, // what is open is not cleaned
                retention.with(topic),
                rules);
    }

    /** Where a log should start, by what is wanted to be kept: a log that is only compacted gives nothing up. */
    long retainedStart(LogView log, long highWatermark, long nowMs) {
        return compaction.policy().deletes()
                ? Math.max(log.logStart(), retention.startOf(log.extents(), highWatermark, nowMs))
                : log.logStart();
    }

    /**
     * At a stop, companion files are written for so many bytes of batches: fewer are read at the next start as fast,
     * and thousands of small logs then stop without thousands of syncs.
     */
    int bytesWorthCompanions() {
        return Math.min(BYTES_WORTH_COMPANIONS_MAX, segmentBytes / 4);
    }
}
