package io.flotilla.broker.isr;

/** How an epoch that somebody shows compares with the leader's own (R2). */
public enum EpochVerdict {
    CURRENT,
    /** The sender lives in the past: fenced. */
    STALE,
    /** The sender knows a later leadership: it must try later, and this leader is deposed. */
    NEWER
}
