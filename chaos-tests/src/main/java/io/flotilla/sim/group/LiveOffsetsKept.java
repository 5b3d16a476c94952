package io.flotilla.sim.group;

import io.flotilla.model.id.TopicId;
import java.util.function.Predicate;

/** While a group has members, nothing takes away what it committed, but for topics that are deleted. */
final class LiveOffsetsKept implements GroupPredicate {
    private final Predicate<TopicId> topics;

    /** @param topics those that exist */
    LiveOffsetsKept(Predicate<TopicId> topics) {
        this.topics = topics;
    }

    @Override
    public void committed(GroupPage page, GroupLine line) {
        if (line.removed()
                && !(line instanceof GroupLine.Member)
                && !page.members().isEmpty()) {
            boolean deleted = line instanceof GroupLine.Offset offset
                    && !topics.test(offset.partition().topic());
            check(deleted, "%s, and the group has %s", line, page.members().keySet());
        }
    }
}
