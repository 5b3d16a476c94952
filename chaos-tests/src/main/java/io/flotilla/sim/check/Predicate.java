package io.flotilla.sim.check;

import org.jspecify.annotations.Nullable;

/**
 * Something that must hold of a cluster at all times. Each has what state of its own it needs, lives as long as one
 * seed's run, and throws a {@link Violation} where it does not hold. One thread.
 */
public interface Predicate {
    /** As in the design: {@code OneLeaderPerEpoch}. */
    default String name() {
        return getClass().getSimpleName();
    }

    /** After every event: looks at what that event touched. Must be fast. */
    default void afterEvent(ClusterView cluster, Touched touched) {}

    /** After every hundred events and at the end of each phase: may walk over whole logs. */
    default void wholeLogs(ClusterView cluster) {}

    /** After everything was healed and the time to converge is over. */
    default void healed(ClusterView cluster) {}

    /** Throws unless it holds; {@code what} is a format for the values. */
    default void check(boolean holds, String what, @Nullable Object... values) {
        if (!holds) {
            throw new Violation(name(), what.formatted(values));
        }
    }
}
