package io.flotilla.bench.workload;

import java.util.Locale;

/**
 * What can befall a cluster under load, and for how long acknowledgements may stop.
 *
 * <p>Goals: median and maximum of twenty, of three nodes on one host with acks=all and the default settings.
 */
enum Incident {
    KILL_LEADER(Deed.KILL, Victim.LEADER, 500, 1_500),
    KILL_LEADER_AND_CONTROLLER(Deed.KILL, Victim.LEADER_AND_CONTROLLER, 1_500, 3_500),
    FREEZE_LEADER(Deed.FREEZE, Victim.LEADER, 4_500, 4_500),
    KILL_FOLLOWER(Deed.KILL, Victim.FOLLOWER, 1_000, 1_000),
    FREEZE_FOLLOWER(Deed.FREEZE, Victim.FOLLOWER, 4_500, 4_500),
    ROLLING_RESTART(Deed.STOP, Victim.EACH_IN_TURN, 300, 1_000);

    /** Whom it befalls. */
    enum Victim {
        /** The partition's leader, which is not the active controller. */
        LEADER,
        LEADER_AND_CONTROLLER,
        /** A follower, which is not the active controller. */
        FOLLOWER,
        /** Every node, the next one when the one before is in sync again. */
        EACH_IN_TURN
    }

    final Deed deed;
    final Victim victim;
    final double goalMedianMs;
    final double goalMaxMs;

    Incident(Deed deed, Victim victim, double goalMedianMs, double goalMaxMs) {
        this.deed = deed;
        this.victim = victim;
        this.goalMedianMs = goalMedianMs;
        this.goalMaxMs = goalMaxMs;
    }

    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
