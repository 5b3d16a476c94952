package io.flotilla.client.internal.group;

import io.flotilla.model.error.FlotillaError;
import java.util.NavigableSet;
import org.jspecify.annotations.Nullable;

/**
 * Where a membership stands, as the loop tells the application's thread. Immutable; a newer one replaces an older.
 *
 * @param revision rises with each snapshot
 * @param life rises each time the member loses everything that it held; what belongs to an older one is void
 * @param target what to hold, null before the coordinator has said
 * @param failure why the member cannot be one until it subscribes again, null while it can
 * @param idle the member left because nobody polled; it comes back when asked
 */
public record GroupSnapshot(
        long revision,
        int life,
        @Nullable NavigableSet<GroupPartition> target,
        @Nullable FlotillaError failure,
        boolean idle) {
    /** Before the first life. */
    public static final GroupSnapshot NONE = new GroupSnapshot(0, 0, null, null, false);
}
