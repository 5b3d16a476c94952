package io.flotilla.broker.group.assignor;

import io.flotilla.broker.group.AssignmentRequest;
import io.flotilla.broker.group.AssignmentRequest.MemberSpec;
import io.flotilla.broker.group.AssignmentRequest.TopicSpec;
import io.flotilla.model.id.TopicId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * A request in numbers: members, topics, racks and partitions are counted through in the order of their ids, so that
 * what is made of them depends on nothing else. Topics that nobody subscribes to are left out. One thread.
 */
final class Roster {
    /** Nobody has the partition. */
    static final int NOBODY = -1;

    private static final int[] NO_RACKS = {};

    private final NavigableMap<TopicId, Integer> topicNumbers = new TreeMap<>();
    private final List<TopicId> topics = new ArrayList<>();
    private final List<TopicSpec> specs = new ArrayList<>();
    private final List<Member> members = new ArrayList<>();
    private final List<Cohort> cohorts = new ArrayList<>();
    private final List<List<Cohort>> subscribers = new ArrayList<>();
    private final List<NavigableMap<Integer, List<Cohort>>> subscribersByRack = new ArrayList<>();
    private final int[] firstPartitions;
    private final int[] topicOf;
    private final int[][] racksOf;
    private final int[] before;

    Roster(AssignmentRequest request) {
        SortedMap<String, Integer> racks = racksOf(request);
        SortedSet<TopicId> wanted = new TreeSet<>();
        request.members().values().forEach(member -> wanted.addAll(member.subscribed()));
        request.topics().forEach((topic, spec) -> {
            if (wanted.contains(topic)) {
                number(topic, spec);
            }
        });
        join(request, racks);
        firstPartitions = firstPartitions();
        int partitions = firstPartitions[topics.size()];
        topicOf = new int[partitions];
        racksOf = new int[partitions][];
        before = new int[partitions];
        Arrays.fill(before, NOBODY);
        for (int topic = 0; topic < topics.size(); topic++) {
            Arrays.fill(topicOf, firstPartitions[topic], firstPartitions[topic + 1], topic);
            placeReplicas(topic, specs.get(topic), racks);
        }
        members.forEach(this::remember);
    }

    List<Member> members() {
        return members;
    }

    Member member(int number) {
        return members.get(number);
    }

    List<Cohort> cohorts() {
        return cohorts;
    }

    int topicCount() {
        return topics.size();
    }

    int partitionCount() {
        return topicOf.length;
    }

    /** Partitions of a topic, as numbers among those of all topics. */
    IntStream partitionsOf(int topic) {
        return IntStream.range(firstPartitions[topic], firstPartitions[topic + 1]);
    }

    int topicOf(int partition) {
        return topicOf[partition];
    }

    /** The cohorts that are subscribed to a topic; one or more. */
    List<Cohort> subscribers(int topic) {
        return subscribers.get(topic);
    }

    /** The cohorts that are subscribed to a partition's topic, and in whose rack there is a replica of it. */
    List<Cohort> localSubscribers(int partition) {
        List<Cohort> local = new ArrayList<>();
        for (int rack : racksOf[partition]) {
            local.addAll(subscribersByRack.get(topicOf[partition]).getOrDefault(rack, List.of()));
        }
        return local;
    }

    boolean isSubscribed(Cohort cohort, int partition) {
        return cohort.isSubscribedTo(topics.get(topicOf[partition]));
    }

    /** The member that had the partition, and may keep it; or {@link #NOBODY}. */
    int before(int partition) {
        return before[partition];
    }

    /** Whether the cohort's rack has a replica of the partition. */
    boolean isLocal(Cohort cohort, int partition) {
        for (int rack : racksOf[partition]) {
            if (rack == cohort.rack()) {
                return true;
            }
        }
        return false;
    }

    /** The racks of members that have a replica of the partition. The caller does not change the array. */
    int[] racksOf(int partition) {
        return racksOf[partition];
    }

    /** Turns owners, by partition, into an assignment, in which every member appears. */
    Map<String, Map<TopicId, SortedSet<Integer>>> assignment(int[] owners) {
        List<Map<TopicId, SortedSet<Integer>>> byMember = new ArrayList<>();
        members.forEach(member -> byMember.add(new TreeMap<>()));
        for (int partition = 0; partition < owners.length; partition++) {
            int topic = topicOf[partition];
            byMember.get(owners[partition])
                    .computeIfAbsent(topics.get(topic), none -> new TreeSet<>())
                    .add(partition - firstPartitions[topic]);
        }
        Map<String, Map<TopicId, SortedSet<Integer>>> assignment = new LinkedHashMap<>();
        members.forEach(member -> assignment.put(member.id(), byMember.get(member.number())));
        return assignment;
    }

    private static SortedMap<String, Integer> racksOf(AssignmentRequest request) {
        SortedMap<String, Integer> racks = new TreeMap<>();
        for (MemberSpec member : request.members().values()) {
            if (member.rack() != null) {
                racks.putIfAbsent(member.rack(), racks.size());
            }
        }
        return racks;
    }

    private void number(TopicId topic, TopicSpec spec) {
        topicNumbers.put(topic, topics.size());
        topics.add(topic);
        specs.add(spec);
        subscribers.add(new ArrayList<>());
        subscribersByRack.add(new TreeMap<>());
    }

    /** Members of one subscription and one rack are of one cohort. */
    private record Likeness(int rack, SortedSet<TopicId> subscribed) {}

    private void join(AssignmentRequest request, SortedMap<String, Integer> racks) {
        Map<Likeness, Cohort> alike = new LinkedHashMap<>();
        request.members().forEach((id, member) -> {
            int rack = member.rack() == null ? Cohort.NO_RACK : racks.getOrDefault(member.rack(), Cohort.NO_RACK);
            Cohort cohort = alike.computeIfAbsent(
                    new Likeness(rack, member.subscribed()),
                    likeness -> new Cohort(alike.size(), rack, member.subscribed()));
            Member joining = new Member(members.size(), id, member, cohort);
            members.add(joining);
            cohort.join(joining);
        });
        alike.forEach((likeness, cohort) -> cohorts.add(cohort));
        alike.forEach((likeness, cohort) -> subscribe(cohort, likeness.subscribed()));
    }

    private void subscribe(Cohort cohort, SortedSet<TopicId> subscribed) {
        for (TopicId topic : subscribed) {
            Integer number = topicNumbers.get(topic);
            if (number != null) {
                subscribers.get(number).add(cohort);
                subscribersByRack
                        .get(number)
                        .computeIfAbsent(cohort.rack(), none -> new ArrayList<>())
                        .add(cohort);
            }
        }
    }

    private int[] firstPartitions() {
        int[] first = new int[topics.size() + 1];
        for (int topic = 0; topic < topics.size(); topic++) {
            first[topic + 1] = first[topic] + specs.get(topic).partitions();
        }
        return first;
    }

    private void placeReplicas(int topic, TopicSpec spec, Map<String, Integer> racks) {
        partitionsOf(topic).forEach(partition -> {
            int index = partition - firstPartitions[topic];
            racksOf[partition] = index < spec.racks().size()
                    ? spec.racks().get(index).stream()
                            .filter(racks::containsKey)
                            .mapToInt(racks::get)
                            .toArray()
                    : NO_RACKS;
        });
    }

    /** A member may keep what it had as far as it still exists, is still wanted, and nobody before it has it. */
    private void remember(Member member) {
        member.spec().target().forEach((id, partitions) -> {
            Integer topic = topicNumbers.get(id);
            if (topic == null || !member.spec().subscribed().contains(id)) {
                return;
            }
            int end = firstPartitions[topic + 1] - firstPartitions[topic];
            for (int partition : partitions) {
                if (partition >= 0 && partition < end && before[firstPartitions[topic] + partition] == NOBODY) {
                    before[firstPartitions[topic] + partition] = member.number();
                    member.cohort().keep(member, topic);
                }
            }
        });
    }
}
