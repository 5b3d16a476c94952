package io.flotilla.chaos.carry;

/** Which node dies midway. */
enum KillTarget {
    /** The leader of the partition, which is not the active controller. */
    LEADER,
    /** The active controller, which does not lead the partition. */
    CONTROLLER,
    /** The node that is both. */
    BOTH,
    /** Nobody. */
    NONE;

    boolean leadsPartition() {
        return this == LEADER || this == BOTH;
    }

    boolean isController() {
        return this == CONTROLLER || this == BOTH;
    }
}
