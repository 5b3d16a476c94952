package io.flotilla.broker.group;

/** How far a group is. */
public enum GroupState {
    /** Has committed offsets, or a past, and no members. */
    EMPTY,
    /** A target assignment is being computed, or waits for more members to join. */
    ASSIGNING,
    /** Some member has yet to give up or take what the target says. */
    RECONCILING,
    /** Every member holds what the target says. */
    STABLE
}
