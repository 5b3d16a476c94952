package io.flotilla.broker.isr;

/** Whether a leader takes writes (R13, R14). */
public enum WriteVerdict {
    WRITABLE,
    /** A later leadership exists. */
    DEPOSED,
    /** For a session neither the controller nor enough replicas were heard: a later leadership may exist. */
    ISOLATED,
    /** The leadership is about to move. */
    DRAINING
}
