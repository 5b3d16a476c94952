package io.flotilla.broker.log;

/**
 * What a log directory remembers of a log across restarts.
 *
 * @param logStart first offset of the log
 * @param recoveryPoint every offset below was synced, so that what is missing there is damage and not a torn tail
 * @param highWatermark every in-sync replica held all offsets below this (rule R15)
 */
public record LogOffsets(long logStart, long recoveryPoint, long highWatermark) {
    /** A log that nothing is known of. */
    public static final LogOffsets NONE = new LogOffsets(0, 0, 0);
}
