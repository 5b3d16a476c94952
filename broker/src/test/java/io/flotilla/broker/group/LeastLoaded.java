package io.flotilla.broker.group;

import io.flotilla.broker.group.AssignmentRequest.MemberSpec;
import io.flotilla.model.id.TopicId;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A plain assignor for tests: members keep what they have up to their share, and the one with the least gets the rest.
 */
record LeastLoaded(String name) implements Assignor {
    @Override
    public Map<String, Map<TopicId, SortedSet<Integer>>> assign(AssignmentRequest request) {
        SortedMap<String, Map<TopicId, SortedSet<Integer>>> targets = new TreeMap<>();
        request.members().keySet().forEach(id -> targets.put(id, new TreeMap<>()));
        request.topics().forEach((topic, spec) -> share(request.members(), topic, spec.partitions(), targets));
        return targets;
    }

    private static void share(
            SortedMap<String, MemberSpec> members,
            TopicId topic,
            int partitions,
            SortedMap<String, Map<TopicId, SortedSet<Integer>>> targets) {
        SortedMap<String, SortedSet<Integer>> of = new TreeMap<>();
        members.forEach((id, member) -> {
            if (member.subscribed().contains(topic)) {
                of.put(id, new TreeSet<>());
            }
        });
        int share = (partitions + of.size() - 1) / of.size();
        SortedSet<Integer> free = new TreeSet<>();
        for (int partition = 0; partition < partitions; partition++) {
            free.add(partition);
        }
        of.forEach((id, kept) -> {
            for (int partition : members.get(id).target().getOrDefault(topic, new TreeSet<>())) {
                if (kept.size() < share && free.remove(partition)) {
                    kept.add(partition);
                }
            }
        });
        for (int partition : free) {
            of.values().stream()
                    .min((one, other) -> Integer.compare(one.size(), other.size()))
                    .orElseThrow()
                    .add(partition);
        }
        of.forEach((id, some) -> targets.get(id).put(topic, some));
    }
}
