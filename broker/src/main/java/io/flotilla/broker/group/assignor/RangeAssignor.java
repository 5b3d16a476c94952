package io.flotilla.broker.group.assignor;

import io.flotilla.broker.group.AssignmentRequest;
import io.flotilla.broker.group.AssignmentRequest.MemberSpec;
import io.flotilla.broker.group.AssignmentRequest.TopicSpec;
import io.flotilla.broker.group.Assignor;
import io.flotilla.model.id.TopicId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Kafka's range: each topic is cut into as many ranges as it has subscribers, the first ones longer by one, and dealt
 * out in the order of the members: the static ones first, by instance id, then the others by member id. Topics with
 * equal subscribers and equal numbers of partitions are dealt alike, so that what is joined by key stays together.
 * Where racks are known, members change partitions until as many numbers as possible are local in all of these topics
 * (KIP-881 has the aim, not the way). What members had before does not matter. Stateless.
 */
public final class RangeAssignor implements Assignor {
    @Override
    public String name() {
        return "range";
    }

    @Override
    public Map<String, Map<TopicId, SortedSet<Integer>>> assign(AssignmentRequest request) {
        Map<String, Map<TopicId, SortedSet<Integer>>> assignment = new LinkedHashMap<>();
        request.members().keySet().forEach(member -> assignment.put(member, new TreeMap<>()));
        alike(request).forEach((likeness, topics) -> {
            Map<String, SortedSet<Integer>> dealt = deal(request, likeness, topics);
            dealt.forEach((member, numbers) ->
                    topics.forEach(topic -> assignment.get(member).put(topic, new TreeSet<>(numbers))));
        });
        return assignment;
    }

    /** Topics of one likeness are dealt alike. */
    private record Likeness(List<String> subscribers, int partitions) {}

    private static Map<Likeness, List<TopicId>> alike(AssignmentRequest request) {
        Map<TopicId, List<String>> subscribers = new TreeMap<>();
        request.members().entrySet().stream()
                .sorted(Map.Entry.comparingByKey(places(request)))
                .forEach(member -> member.getValue()
                        .subscribed()
                        .forEach(topic -> subscribers
                                .computeIfAbsent(topic, none -> new ArrayList<>())
                                .add(member.getKey())));
        Map<Likeness, List<TopicId>> alike = new LinkedHashMap<>();
        request.topics().forEach((topic, spec) -> {
            if (subscribers.containsKey(topic)) {
                alike.computeIfAbsent(
                                new Likeness(subscribers.get(topic), spec.partitions()), none -> new ArrayList<>())
                        .add(topic);
            }
        });
        return alike;
    }

    /** Static members come first, and keep their places whatever member ids their lives have. */
    private static Comparator<String> places(AssignmentRequest request) {
        Function<String, String> instance = member -> {
            String id = request.members().get(member).instanceId();
            return id == null ? "" : id;
        };
        return Comparator.<String, Boolean>comparing(
                        member -> instance.apply(member).isEmpty())
                .thenComparing(instance)
                .thenComparing(Comparator.naturalOrder());
    }

    /** The numbers of the partitions that each member gets of every one of the topics. */
    private static Map<String, SortedSet<Integer>> deal(
            AssignmentRequest request, Likeness likeness, List<TopicId> topics) {
        TopicId stand = topics.get(0);
        TreeMap<String, MemberSpec> members = new TreeMap<>(places(request));
        for (String id : likeness.subscribers()) {
            MemberSpec member = request.members().get(id);
            members.put(
                    id,
                    new MemberSpec(member.instanceId(), member.rack(), new TreeSet<>(List.of(stand)), new TreeMap<>()));
        }
        TreeMap<TopicId, TopicSpec> topic = new TreeMap<>();
        topic.put(stand, common(topics.stream().map(request.topics()::get).toList()));
        Roster roster = new Roster(new AssignmentRequest(members, topic));
        int[] owners = ranges(roster);
        RackExchange.apply(roster, owners);
        Map<String, SortedSet<Integer>> dealt = new LinkedHashMap<>();
        roster.assignment(owners).forEach((member, numbers) -> {
            if (!numbers.isEmpty()) {
                dealt.put(member, numbers.get(stand));
            }
        });
        return dealt;
    }

    /** A topic that is in a rack where all the topics are. */
    private static TopicSpec common(List<TopicSpec> topics) {
        int partitions = topics.get(0).partitions();
        List<SortedSet<String>> racks = IntStream.range(0, partitions)
                .mapToObj(partition -> {
                    SortedSet<String> common = new TreeSet<>(racks(topics.get(0), partition));
                    topics.forEach(topic -> common.retainAll(racks(topic, partition)));
                    return common;
                })
                .toList();
        return new TopicSpec(partitions, racks);
    }

    private static SortedSet<String> racks(TopicSpec topic, int partition) {
        return partition < topic.racks().size() ? topic.racks().get(partition) : new TreeSet<>();
    }

    private static int[] ranges(Roster roster) {
        int[] owners = new int[roster.partitionCount()];
        int members = roster.members().size();
        int next = 0;
        for (Member member : roster.members()) {
            int length = owners.length / members + (member.number() < owners.length % members ? 1 : 0);
            for (int end = next + length; next < end; next++) {
                owners[next] = member.number();
                member.cohort().take(member, roster.topicOf(next));
            }
        }
        return owners;
    }
}
