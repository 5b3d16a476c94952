package io.flotilla.sim.group;

import io.flotilla.model.id.PartitionId;
import io.flotilla.sim.check.Violation;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Something that must hold of consumer groups at all times, as long as their log keeps its promises. Lives as long as
 * one seed's run, and throws a {@link Violation} where it does not hold. One thread.
 */
interface GroupPredicate {
    default String name() {
        return getClass().getSimpleName();
    }

    /** A record is committed; the page does not have it yet. */
    default void committed(GroupPage page, GroupLine line) {}

    /**
     * A member begins to read a partition.
     *
     * @param others that believe to have it at this moment
     * @param steady whether the page has all that the coordinator may have shown
     */
    default void begins(GroupPage page, String member, PartitionId partition, Set<String> others, boolean steady) {}

    /**
     * A member was told that its commit is acknowledged.
     *
     * @param steady whether the page has all that the coordinator may have shown
     */
    default void acknowledged(GroupPage page, PartitionId partition, GroupPage.Stand commit, boolean steady) {}

    /**
     * A member was told what is committed.
     *
     * @param told the offset, and since when it was asked for
     * @param steady whether the page has all that the coordinator may have shown
     */
    default void told(GroupPage page, PartitionId partition, GroupPage.Stand told, boolean steady) {}

    /** A member has read the record at the offset, which may be the first that the log still has. */
    default void read(GroupPage page, PartitionId partition, long offset, long logStart) {}

    /** All is healed, and everything is quiet. */
    default void healed(GroupPage page) {}

    /** Throws unless it holds; {@code what} is a format for the values. */
    default void check(boolean holds, String what, @Nullable Object... values) {
        if (!holds) {
            throw new Violation(name(), what.formatted(values));
        }
    }
}
