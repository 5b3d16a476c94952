package io.flotilla.broker.isr;

/** What a leader makes of a follower's message. */
public enum ReportVerdict {
    /** It counts. */
    TAKEN,
    /** Overtaken by a later message of the same replica; needs no answer. */
    LATE,
    /** From an earlier run of the follower's broker. */
    STALE_BROKER_EPOCH,
    /** From no replica that this leader knows: the follower or the leader has metadata to catch up with. */
    UNKNOWN_REPLICA
}
