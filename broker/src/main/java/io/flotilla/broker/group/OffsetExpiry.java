package io.flotilla.broker.group;

import io.flotilla.model.id.PartitionId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Forgets offsets that were committed long ago, of groups that have had no member for as long; and such groups, once
 * they have no offsets. Looks at all groups once in an interval, in steps that end between groups. One thread.
 */
final class OffsetExpiry {
    private long nextNanos = Session.NEVER;
    /** The last group that the round under way has looked at; null between rounds. */
    private @Nullable String lookedAt;

    /** Begins to count; the first round is an interval away. */
    void start(GroupSettings settings, long nowNanos) {
        nextNanos = nowNanos + TimeUnit.MILLISECONDS.toNanos(settings.offsetsRetentionCheckIntervalMs());
    }

    long nextNanos() {
        return nextNanos;
    }

    void run(Context context, Draft draft, Now now) {
        if (now.nanos() < nextNanos) {
            return;
        }
        for (Group group : List.copyOf(context.groups().after(lookedAt))) {
            if (draft.size() >= GroupSettings.RECORDS_PER_TICK_MAX) {
                return;
            }
            if (!group.hasMembers()) {
                expire(group, now.wallMs() - context.settings().offsetsRetentionMs(), draft);
            }
            lookedAt = group.name();
        }
        lookedAt = null;
        start(context.settings(), now.nanos());
    }

    /** @param untilMs what was committed, and which groups were empty, at or before then is forgotten */
    private static void expire(Group group, long untilMs, Draft draft) {
        StoredHeader header = group.header();
        if (header != null && header.emptySinceMs() > untilMs) {
            return;
        }
        List<PartitionId> expired = new ArrayList<>();
        group.offsets().forEach((partition, offset) -> {
            if (offset.commitTimeMs() <= untilMs) {
                expired.add(partition);
            }
        });
        boolean bare = expired.size() == group.offsets().size();
        expired.forEach(partition -> draft.add(new Fact.Offset(group.name(), partition, null)));
        if (bare && header != null) {
            draft.add(new Fact.Header(group.name(), null));
        }
    }
}
