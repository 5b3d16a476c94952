package io.flotilla.broker.log;

/**
 * How a log lays out its files.
 *
 * @param segmentBytes a segment is closed before it would grow past this; a single larger append still fits
 * @param indexIntervalBytes at least this many bytes lie between two entries of a segment's index
 * @param producers which idempotent producers a log remembers
 */
public record LogConfig(int segmentBytes, int indexIntervalBytes, ProducerLimits producers) {
    /** Largest segment: 1 GiB, well below what protobuf parsers read. */
    public static final int SEGMENT_BYTES_MAX = 1 << 30;

    private static final int BYTES_WORTH_COMPANIONS_MAX = 64 << 10;

    /** 128 MiB segments, an index entry per 4 KiB, the usual producers. */
    public static final LogConfig DEFAULT = new LogConfig(128 << 20, 4096, ProducerLimits.DEFAULT);

    public LogConfig {
        require(segmentBytes > 0 && segmentBytes <= SEGMENT_BYTES_MAX, "segment.bytes", segmentBytes);
        require(indexIntervalBytes > 0, "index interval", indexIntervalBytes);
    }

    private static void require(boolean holds, String name, int value) {
        if (!holds) {
            throw new IllegalArgumentException(name + " is " + value + ", it must be positive and segments at most "
                    + SEGMENT_BYTES_MAX + " bytes");
        }
    }

    /**
     * At a stop, companion files are written for so many bytes of batches: fewer are read at the next start as fast,
     * and thousands of small logs then stop without thousands of syncs.
     */
    int bytesWorthCompanions() {
        return Math.min(BYTES_WORTH_COMPANIONS_MAX, segmentBytes / 4);
    }
}
