package io.flotilla.broker.group.assignor;

import io.flotilla.broker.group.AssignmentRequest;
import io.flotilla.broker.group.AssignmentRequest.MemberSpec;
import io.flotilla.broker.group.AssignmentRequest.TopicSpec;
import io.flotilla.model.id.TopicId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What an assignor made of a request, and what a judge who knows no assignor can say about it. Immutable. */
final class Outcome {
    private final AssignmentRequest request;
    private final Map<String, Map<TopicId, SortedSet<Integer>>> assignment;

    Outcome(AssignmentRequest request, Map<String, Map<TopicId, SortedSet<Integer>>> assignment) {
        this.request = request;
        this.assignment = assignment;
    }

    AssignmentRequest request() {
        return request;
    }

    Map<String, Map<TopicId, SortedSet<Integer>>> assignment() {
        return assignment;
    }

    /** A partition of a topic. */
    record Partition(TopicId topic, int number) {}

    /** Every partition that somebody wants, once for each owner. */
    List<Partition> assigned() {
        return assignment.values().stream()
                .flatMap(topics -> partitions(topics).stream())
                .toList();
    }

    /** What must have an owner. */
    Set<Partition> wanted() {
        Set<TopicId> topics = new HashSet<>();
        request.members().values().forEach(member -> topics.addAll(member.subscribed()));
        topics.retainAll(request.topics().keySet());
        return topics.stream()
                .flatMap(topic -> IntStream.range(0, request.topics().get(topic).partitions())
                        .mapToObj(number -> new Partition(topic, number)))
                .collect(Collectors.toSet());
    }

    /** Whether nobody has what he did not subscribe to. */
    boolean asSubscribed() {
        return assignment.entrySet().stream()
                .allMatch(entry -> member(entry.getKey())
                        .subscribed()
                        .containsAll(entry.getValue().keySet()));
    }

    int load(String member) {
        return partitions(assignment.get(member)).size();
    }

    /** By subscription: the difference of the largest and the smallest load. */
    Map<SortedSet<TopicId>, Integer> spreads() {
        Map<SortedSet<TopicId>, List<Integer>> loads = new HashMap<>();
        request.members()
                .forEach((id, member) -> loads.computeIfAbsent(member.subscribed(), none -> new ArrayList<>())
                        .add(load(id)));
        return loads.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey,
                        entry -> entry.getValue().stream()
                                        .mapToInt(load -> load)
                                        .max()
                                        .orElseThrow()
                                - entry.getValue().stream()
                                        .mapToInt(load -> load)
                                        .min()
                                        .orElseThrow()));
    }

    /** Members that could pass a partition on, over others, to somebody with at least two fewer. */
    List<String> overloaded() {
        return request.members().keySet().stream()
                .filter(member -> reachable(member).stream().anyMatch(other -> load(other) <= load(member) - 2))
                .toList();
    }

    private Set<String> reachable(String member) {
        Set<String> reached = new TreeSet<>(Set.of(member));
        List<String> next = new ArrayList<>(reached);
        for (int index = 0; index < next.size(); index++) {
            Set<TopicId> held = assignment.get(next.get(index)).keySet();
            request.members().forEach((id, other) -> {
                if (other.subscribed().stream().anyMatch(held::contains) && reached.add(id)) {
                    next.add(id);
                }
            });
        }
        return reached;
    }

    /** Partitions that stayed with the member that had them. */
    int kept() {
        return assigned().size() - moved().size();
    }

    /** The most that could have stayed, in a group of one subscription, in any balanced assignment. */
    int keptAtMost() {
        int members = request.members().size();
        int wanted = wanted().size();
        int few = wanted / members;
        int withOneMore = wanted % members;
        List<Integer> had =
                request.members().keySet().stream().map(id -> had(id).size()).toList();
        int keptOfFew = had.stream().mapToInt(count -> Math.min(count, few)).sum();
        return keptOfFew
                + (int) Math.min(
                        withOneMore, had.stream().filter(count -> count > few).count());
    }

    /** Partitions that moved and are in a rack of their member. */
    int movedToTheirRack() {
        return (int) moved().stream()
                .filter(move -> member(move.member()).rack() != null)
                .filter(move ->
                        racks(move.partition()).contains(member(move.member()).rack()))
                .count();
    }

    /**
     * The most that could be in their rack, if those that moved changed places in all possible ways: Kuhn's matching.
     */
    int movedToTheirRackAtMost() {
        List<Move> moves = moved();
        Map<Integer, Integer> takenBy = new TreeMap<>();
        int matched = 0;
        for (int move = 0; move < moves.size(); move++) {
            matched += augment(moves, move, takenBy, new HashSet<>()) ? 1 : 0;
        }
        return matched;
    }

    private boolean augment(List<Move> moves, int move, Map<Integer, Integer> takenBy, Set<Integer> tried) {
        for (int place = 0; place < moves.size(); place++) {
            String rack = member(moves.get(place).member()).rack();
            if (rack != null && racks(moves.get(move).partition()).contains(rack) && tried.add(place)) {
                Integer other = takenBy.get(place);
                if (other == null || augment(moves, other, takenBy, tried)) {
                    takenBy.put(place, move);
                    return true;
                }
            }
        }
        return false;
    }

    private record Move(Partition partition, String member) {}

    private List<Move> moved() {
        List<Move> moves = new ArrayList<>();
        assignment.forEach((id, topics) -> {
            Set<Partition> came = partitions(topics);
            came.removeAll(had(id));
            came.forEach(partition -> moves.add(new Move(partition, id)));
        });
        return moves;
    }

    private MemberSpec member(String id) {
        return request.members().get(id);
    }

    private Set<String> racks(Partition partition) {
        return request.topics().get(partition.topic()).racks().get(partition.number());
    }

    /** What the member had of what there still is. */
    private Set<Partition> had(String id) {
        Set<Partition> had = partitions(member(id).target());
        had.removeIf(partition -> !isWanted(partition));
        return had;
    }

    private boolean isWanted(Partition partition) {
        TopicSpec topic = request.topics().get(partition.topic());
        return topic != null && partition.number() < topic.partitions();
    }

    private static Set<Partition> partitions(Map<TopicId, SortedSet<Integer>> topics) {
        Set<Partition> partitions = new HashSet<>();
        topics.forEach((topic, numbers) -> numbers.forEach(number -> partitions.add(new Partition(topic, number))));
        return partitions;
    }
}
