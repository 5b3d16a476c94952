package io.flotilla.broker.isr;

/**
 * Where a leader epoch ends in a log.
 *
 * @param epoch the largest epoch that the log has and that is at most the asked one; {@link #NO_EPOCH} without one
 * @param endOffset offset after its last record; the log's start without an epoch
 */
public record EpochEnd(int epoch, long endOffset) {
    /** Stands for "no such epoch". */
    public static final int NO_EPOCH = -1;
}
