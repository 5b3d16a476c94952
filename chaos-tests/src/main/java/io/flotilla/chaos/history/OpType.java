package io.flotilla.chaos.history;

/** How far an operation is. */
public enum OpType {
    INVOKE,
    /** Done, all of it. */
    OK,
    /** For certain without effect. */
    FAIL,
    /** Nobody can say of all its parts whether they had an effect; also what nobody invoked, such as a sighting. */
    INFO
}
