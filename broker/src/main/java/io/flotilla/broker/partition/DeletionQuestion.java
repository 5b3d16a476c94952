package io.flotilla.broker.partition;

/**
 * Asks a leader to give records up before their time.
 *
 * @param offset all below is given up, {@link #COMMITTED} for the high watermark
 * @param deadlineNanos until when the in-sync replicas may take to follow, on
 *     {@link io.flotilla.model.time.Clock#nanos()}
 */
public record DeletionQuestion(long offset, long deadlineNanos) {
    /** Stands for the high watermark. */
    public static final long COMMITTED = -1;
}
