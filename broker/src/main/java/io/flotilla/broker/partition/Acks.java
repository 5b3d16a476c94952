package io.flotilla.broker.partition;

/** When an append is acknowledged. */
public enum Acks {
    /** Never. */
    NONE,
    /** When the leader holds it at the topic's durability. */
    LEADER,
    /** When the high watermark has passed it: every in-sync replica holds it at the topic's durability. */
    ALL
}
