package io.flotilla.client.internal.batch;

/** When a batch counts as written. */
public enum Acks {
    /** Never answered: counts as written when it is handed to the network. */
    NONE,
    /** When the leader has it. */
    LEADER,
    /** When every in-sync replica has it. */
    ALL
}
