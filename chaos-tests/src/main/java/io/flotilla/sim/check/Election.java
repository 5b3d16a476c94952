package io.flotilla.sim.check;

import io.flotilla.model.id.IncarnationId;

/**
 * One new leadership, as the committed metadata shows it.
 *
 * @param leader broker id
 * @param incarnation the run of it that is registered
 * @param kind from where it was chosen
 * @param risky whether the controller says that committed records may be missing
 */
public record Election(int leader, int leaderEpoch, IncarnationId incarnation, Kind kind, boolean risky) {
    /** From where a leader was chosen, by the state before. */
    public enum Kind {
        /** The first leader of a new partition. */
        FIRST,
        ISR,
        ELR,
        /** The last known leader of a {@code replicated} topic. */
        LAST_KNOWN,
        /** Anyone else. */
        UNCLEAN
    }
}
