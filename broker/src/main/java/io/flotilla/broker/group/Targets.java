package io.flotilla.broker.group;

import io.flotilla.broker.group.AssignmentRequest.MemberSpec;
import io.flotilla.broker.group.AssignmentRequest.TopicSpec;
import io.flotilla.model.error.Invariant;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.id.TopicId;
import io.flotilla.model.image.TopicImage;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What every member of a group is to hold in the end. Stateless. */
final class Targets {
    private Targets() {}

    /**
     * Computes the targets of a group with members anew. The header comes last: until it is there, targets are
     * incomplete.
     */
    static void compute(Draft draft, Group group, Context context) {
        AssignmentRequest request = request(group, context);
        Assignor assignor = chosen(group, context);
        Map<String, Map<TopicId, SortedSet<Integer>>> assigned = assignor.assign(request);
        SortedMap<String, PartitionSet> targets = new TreeMap<>();
        SortedSet<PartitionId> given = new TreeSet<>();
        for (String memberId : request.members().keySet()) {
            PartitionSet target = partitions(assigned.getOrDefault(memberId, Collections.emptySortedMap()));
            int before = given.size();
            given.addAll(target.all());
            Invariant.check(
                    given.size() == before + target.all().size(),
                    "%s gives a partition of group %s to two members",
                    assignor.name(),
                    group.name());
            targets.put(memberId, target);
        }
        Invariant.check(
                given.size()
                        == request.topics().values().stream()
                                .mapToInt(TopicSpec::partitions)
                                .sum(),
                "%s leaves partitions of group %s to nobody, or gives what there is not",
                assignor.name(),
                group.name());
        targets.forEach((memberId, target) -> {
            if (!target.equals(group.target(memberId))) {
                draft.add(new Fact.Target(group.name(), memberId, target.isEmpty() ? null : target));
            }
        });
        draft.add(new Fact.Header(
                group.name(), Objects.requireNonNull(group.header()).assignedBy(assignor.name())));
    }

    /** Whether the targets hold all partitions of all subscribed topics, and no others. */
    static boolean cover(Group group, Context context) {
        SortedMap<TopicId, Integer> counts = new TreeMap<>();
        for (PartitionSet target : group.targets().values()) {
            for (PartitionId partition : target.all()) {
                counts.merge(partition.topic(), 1, Integer::sum);
            }
        }
        SortedMap<TopicId, Integer> wanted = new TreeMap<>();
        for (StoredMember member : group.members().values()) {
            for (TopicId topic : context.patterns().resolve(member.terms().subscription())) {
                wanted.computeIfAbsent(topic, id -> partitionCount(id, context));
            }
        }
        return counts.equals(wanted);
    }

    private static AssignmentRequest request(Group group, Context context) {
        SortedMap<String, MemberSpec> members = new TreeMap<>();
        SortedMap<TopicId, TopicSpec> topics = new TreeMap<>();
        group.members().forEach((memberId, member) -> {
            SortedSet<TopicId> subscribed =
                    context.patterns().resolve(member.terms().subscription());
            members.put(
                    memberId,
                    new MemberSpec(
                            member.terms().instanceId().orElse(null),
                            member.terms().rack().orElse(null),
                            subscribed,
                            group.target(memberId).byTopic()));
            subscribed.forEach(topic -> topics.computeIfAbsent(topic, id -> spec(id, context)));
        });
        return new AssignmentRequest(members, topics);
    }

    private static TopicSpec spec(TopicId id, Context context) {
        TopicImage topic = context.topics().withId(id).orElseThrow();
        return new TopicSpec(topic.partitions().size(), context.topics().racksOf(topic));
    }

    private static int partitionCount(TopicId id, Context context) {
        return context.topics().withId(id).orElseThrow().partitions().size();
    }

    /** The assignor that most members name; of equals the one that comes first. */
    private static Assignor chosen(Group group, Context context) {
        Assignor best = context.assignors().get(0);
        long bestVotes = 0;
        for (Assignor assignor : context.assignors()) {
            long votes = group.members().values().stream()
                    .filter(member -> member.terms().assignor().equals(assignor.name()))
                    .count();
            if (votes > bestVotes) {
                best = assignor;
                bestVotes = votes;
            }
        }
        return best;
    }

    private static PartitionSet partitions(Map<TopicId, SortedSet<Integer>> byTopic) {
        SortedSet<PartitionId> partitions = new TreeSet<>();
        byTopic.forEach((topic, numbers) -> numbers.forEach(number -> partitions.add(new PartitionId(topic, number))));
        return PartitionSet.of(partitions);
    }
}
