package io.flotilla.broker.group.assignor;

import io.flotilla.broker.group.AssignmentRequest;
import io.flotilla.broker.group.AssignmentRequest.MemberSpec;
import io.flotilla.broker.group.AssignmentRequest.TopicSpec;
import io.flotilla.broker.group.Assignor;
import io.flotilla.model.id.TopicId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * Kafka's range: each topic is cut into as many ranges as it has subscribers, the first ones longer by one, and dealt
 * out in the order of the members: the static ones first, by instance id, then the others by member id. Topics with
 * equal subscribers and equal numbers of partitions are dealt alike, so that what is joined by key stays together.
 * Where racks are known, members change partitions until as many numbers as possible are local in all of these topics
 * (KIP-881 has the aim, not the way). What members had before does not matter. Stateless.
 */
public final class RangeAssignor implements Assignor {
    /** Stands for topics that are dealt alike. */
    private static final TopicId ANY_OF_THEM = new TopicId(new UUID(0, 0));

    @Override
    public String name() {
        return "range";
    }

    @Override
    public Map<String, Map<TopicId, SortedSet<Integer>>> assign(AssignmentRequest request) {
        List<Place> places = places(request);
        Map<String, Map<TopicId, SortedSet<Integer>>> assignment = new LinkedHashMap<>();
        request.members().keySet().forEach(member -> assignment.put(member, new TreeMap<>()));
        alike(places, request.topics())
                .forEach((likeness, topics) -> deal(places, likeness, topics.values())
                        .forEach((member, numbers) -> topics.keySet()
                                .forEach(topic -> assignment
                                        .computeIfAbsent(member, none -> new TreeMap<>())
                                        .put(topic, new TreeSet<>(numbers)))));
        return assignment;
    }

    /** A member among the others in the order in which ranges are dealt out. */
    private record Place(String member, MemberSpec spec) {
        /** Empty unless the member is static. */
        String instance() {
            return spec.instanceId() == null ? "" : spec.instanceId();
        }
    }

    /** Static members come first, and keep their places whatever member ids their lives have. */
    private static List<Place> places(AssignmentRequest request) {
        return request.members().entrySet().stream()
                .map(member -> new Place(member.getKey(), member.getValue()))
                .sorted(Comparator.<Place, Boolean>comparing(
                                place -> place.instance().isEmpty())
                        .thenComparing(Place::instance)
                        .thenComparing(Place::member))
                .toList();
    }

    /**
     * Topics of one likeness are dealt alike.
     *
     * @param subscribers numbers of their places
     */
    private record Likeness(List<Integer> subscribers, int partitions) {}

    private static Map<Likeness, SortedMap<TopicId, TopicSpec>> alike(
            List<Place> places, SortedMap<TopicId, TopicSpec> topics) {
        Map<TopicId, List<Integer>> subscribers = new TreeMap<>();
        for (int place = 0; place < places.size(); place++) {
            for (TopicId topic : places.get(place).spec().subscribed()) {
                subscribers.computeIfAbsent(topic, none -> new ArrayList<>()).add(place);
            }
        }
        Map<Likeness, SortedMap<TopicId, TopicSpec>> alike = new LinkedHashMap<>();
        topics.forEach((topic, spec) -> {
            Likeness likeness = new Likeness(subscribers.getOrDefault(topic, List.of()), spec.partitions());
            if (!likeness.subscribers().isEmpty()) {
                alike.computeIfAbsent(likeness, none -> new TreeMap<>()).put(topic, spec);
            }
        });
        return alike;
    }

    /** The numbers of the partitions that each member gets of every one of the topics; who gets none is left out. */
    private static Map<String, SortedSet<Integer>> deal(
            List<Place> places, Likeness likeness, Collection<TopicSpec> topics) {
        // Named by their places, so that their order is that of the places.
        SortedMap<String, MemberSpec> members = new TreeMap<>(Comparator.comparingInt(Integer::parseInt));
        SortedSet<TopicId> subscribed = new TreeSet<>(List.of(ANY_OF_THEM));
        for (int place : likeness.subscribers()) {
            String rack = places.get(place).spec().rack();
            members.put(Integer.toString(place), new MemberSpec(null, rack, subscribed, new TreeMap<>()));
        }
        SortedMap<TopicId, TopicSpec> topic = new TreeMap<>();
        topic.put(ANY_OF_THEM, common(List.copyOf(topics)));
        Roster roster = new Roster(new AssignmentRequest(members, topic));
        int[] owners = ranges(roster);
        RackExchange.apply(roster, owners);
        Map<String, SortedSet<Integer>> dealt = new LinkedHashMap<>();
        roster.assignment(owners)
                .forEach((place, topicsOfIt) -> topicsOfIt
                        .values()
                        .forEach(numbers ->
                                dealt.put(places.get(Integer.parseInt(place)).member(), numbers)));
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
