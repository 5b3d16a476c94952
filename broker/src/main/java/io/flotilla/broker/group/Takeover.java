package io.flotilla.broker.group;

import io.flotilla.model.id.TopicId;
import java.util.List;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;

/** What a coordinator makes of a group that it finds: in the log, or among topics that have changed. Stateless. */
final class Takeover {
    private Takeover() {}

    /** Expects the members of a group from the log, and completes what was left half-done. */
    static void run(Group group, Context context, Draft draft, Now now) {
        Membership membership = new Membership(context, draft, now);
        group.members().forEach((memberId, member) -> membership.expect(group, memberId, member));
        for (String memberId : List.copyOf(group.targets().keySet())) {
            if (group.member(memberId) == null) {
                draft.add(new Fact.Target(group.name(), memberId, null));
            }
        }
        SortedSet<TopicId> committed = new TreeSet<>();
        group.offsets().keySet().forEach(partition -> committed.add(partition.topic()));
        committed.stream()
                .filter(topic -> !context.topics().has(topic))
                .forEach(topic -> CommittedOffsets.forget(group, topic, draft));
        if (group.hasMembers() && group.epoch() != group.assignmentEpoch()) {
            context.sessions().targetsDueAt(group.name(), now.nanos());
        } else {
            renewTargets(group, context, draft, now);
        }
    }

    /** Has the targets of a group computed anew where they are not what the members subscribe to. */
    static void renewTargets(Group group, Context context, Draft draft, Now now) {
        if (group.hasMembers() && group.epoch() == group.assignmentEpoch() && !Targets.cover(group, context)) {
            draft.add(new Fact.Header(
                    group.name(), Objects.requireNonNull(group.header()).nextEpoch()));
            context.sessions().targetsDueAt(group.name(), now.nanos());
        }
    }
}
