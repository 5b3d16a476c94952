package io.flotilla.broker.log;

import io.flotilla.broker.log.compact.CompactionRules;
import java.util.List;

/**
 * What a cleaning of a log would read anew, and how badly it is needed. Decides as Kafka does: whole segments, never
 * the last one, and none with a record that is too young.
 *
 * @param from first offset that no cleaning has read
 * @param end offset after the last that this one may read
 * @param dirtyRatio bytes between the two, as a share of all bytes below the end; 0 to 1
 * @param overdue some of it has waited for {@code max.compaction.lag.ms}
 */
record Cleanable(long from, long end, double dirtyRatio, boolean overdue) {
    /**
     * @param cleanedTo how far the log was cleaned
     * @param limit nothing at or above it is settled enough: uncommitted, or not durable
     */
    static Cleanable of(List<SegmentExtent> segments, long cleanedTo, long limit, CompactionRules rules, long nowMs) {
        long end = segments.get(0).baseOffset();
        for (var segment : segments.subList(0, segments.size() - 1)) {
            if (segment.nextOffset() > limit || nowMs - segment.newestMs() < rules.lagMsMin()) {
                break;
            }
            end = segment.nextOffset();
        }
        long clean = 0;
        long dirty = 0;
        for (var segment : segments) {
            if (segment.nextOffset() <= Math.min(cleanedTo, end)) {
                clean += segment.sizeBytes();
            } else if (segment.nextOffset() <= end) {
                dirty += segment.sizeBytes();
            }
        }
        long from = Math.max(cleanedTo, segments.get(0).baseOffset());
        return new Cleanable(from, end, dirty == 0 ? 0 : (double) dirty / (clean + dirty), false);
    }

    /** The same, when its oldest record is of this time, milliseconds since the Unix epoch. */
    Cleanable withOldest(long oldestMs, CompactionRules rules, long nowMs) {
        return new Cleanable(from, end, dirtyRatio, oldestMs >= 0 && nowMs - oldestMs > rules.lagMsMax());
    }

    boolean isEmpty() {
        return dirtyRatio == 0;
    }

    boolean isDue(CompactionRules rules) {
        return !isEmpty() && (overdue || dirtyRatio > rules.dirtyRatioMin());
    }

    /** True when this one should come before the other. */
    boolean isWorseThan(Cleanable other) {
        return overdue == other.overdue ? dirtyRatio > other.dirtyRatio : overdue;
    }
}
