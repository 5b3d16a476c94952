package io.flotilla.broker.log;

import io.flotilla.model.image.LogSettings;
import java.util.List;

/**
 * Which records a log gives up, and how long the files then stay. Decides as Kafka does: whole segments, the oldest
 * first, none that holds an uncommitted record; the last one, too, when all of it is old.
 *
 * @param ms a segment goes when its newest record is older than this, milliseconds; {@link #UNLIMITED} for never
 * @param bytes the oldest segments go while the others still hold this much; {@link #UNLIMITED} for never
 * @param deleteDelayMs files stay for this long after they were given up, milliseconds
 */
public record Retention(long ms, long bytes, long deleteDelayMs) {
    public static final long UNLIMITED = -1;

    /** A week, any size, files stay for a minute: Kafka's defaults. */
    public static final Retention DEFAULT = new Retention(7 * 24 * 3_600_000L, UNLIMITED, 60_000);

    public Retention {
        if (ms < UNLIMITED || bytes < UNLIMITED || deleteDelayMs < 0) {
            throw new IllegalArgumentException("retention.ms=" + ms + " and retention.bytes=" + bytes
                    + " must be at least -1, file.delete.delay.ms=" + deleteDelayMs + " at least 0");
        }
    }

    /** The same, but for what the topic says itself. */
    Retention with(LogSettings topic) {
        return new Retention(
                topic.retentionMs().orElse(ms),
                topic.retentionBytes().orElse(bytes),
                topic.fileDeleteDelayMs().orElse(deleteDelayMs));
    }

    /**
     * Where a log of these segments should start: where one of them begins, or the last one ends.
     *
     * @param highWatermark nothing at or above it is given up
     * @param nowMs milliseconds since the Unix epoch; what is newer than that is kept, as in Kafka
     */
    public long startOf(List<SegmentExtent> segments, long highWatermark, long nowMs) {
        long excess = bytes == UNLIMITED ? -1 : total(segments) - bytes;
        long start = segments.get(0).baseOffset();
        for (var segment : segments) {
            boolean tooMuch = excess >= segment.sizeBytes();
            boolean empty = segment.sizeBytes() == 0;
            if (empty || segment.nextOffset() > highWatermark || !(tooMuch || isOld(segment, nowMs))) {
                return start;
            }
            excess -= segment.sizeBytes();
            start = segment.nextOffset();
        }
        return start;
    }

    private static long total(List<SegmentExtent> segments) {
        return segments.stream().mapToLong(SegmentExtent::sizeBytes).sum();
    }

    /** A segment none of whose records has a time is not old: nobody can tell. */
    private boolean isOld(SegmentExtent segment, long nowMs) {
        return ms != UNLIMITED && segment.newestMs() >= 0 && nowMs - segment.newestMs() > ms;
    }
}
