package io.flotilla.broker.group.assignor;

import io.flotilla.broker.group.AssignmentRequest;
import io.flotilla.broker.group.AssignmentRequest.MemberSpec;
import io.flotilla.broker.group.AssignmentRequest.TopicSpec;
import io.flotilla.model.id.TopicId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A group whose life is drawn from a seed: members join and leave, topics come and grow. One thread. */
final class SeededGroup {
    private final SplittableRandom random;
    private final boolean oneSubscription;
    private final int racks;
    private final SortedMap<String, MemberSpec> members = new TreeMap<>();
    private final SortedMap<TopicId, TopicSpec> topics = new TreeMap<>();

    private SeededGroup(long seed, boolean oneSubscription) {
        this.random = new SplittableRandom(seed);
        this.oneSubscription = oneSubscription;
        this.racks = random.nextInt(5);
        IntStream.rangeClosed(0, random.nextInt(6)).forEach(any -> createTopic());
        IntStream.rangeClosed(0, random.nextInt(12)).forEach(any -> join());
    }

    /** All members want all topics, also those to come. */
    static SeededGroup ofOneSubscription(long seed) {
        return new SeededGroup(seed, true);
    }

    /** Each member wants some of the topics. */
    static SeededGroup ofManySubscriptions(long seed) {
        return new SeededGroup(seed, false);
    }

    AssignmentRequest request() {
        return new AssignmentRequest(new TreeMap<>(members), new TreeMap<>(topics));
    }

    /** Takes an assignment as the members' target. */
    void adopt(Map<String, Map<TopicId, SortedSet<Integer>>> assignment) {
        members.replaceAll((id, member) ->
                new MemberSpec(member.instanceId(), member.rack(), member.subscribed(), assignment.get(id)));
    }

    /** One to three things happen. */
    void live() {
        IntStream.rangeClosed(0, random.nextInt(3)).forEach(any -> {
            switch (random.nextInt(8)) {
                case 0, 1, 2 -> join();
                case 3, 4 -> leave();
                case 5 -> grow();
                case 6 -> createTopic();
                default -> deleteTopic();
            }
        });
    }

    private void join() {
        SortedSet<TopicId> wanted = new TreeSet<>(topics.keySet());
        if (!oneSubscription) {
            wanted.removeIf(topic -> random.nextBoolean());
        }
        String instance = random.nextInt(4) == 0 ? "instance-" + id() : null;
        members.put("member-" + id(), new MemberSpec(instance, rack(), wanted, new TreeMap<>()));
    }

    private void leave() {
        if (members.size() > 1) {
            members.remove(any(members));
        }
    }

    private void grow() {
        if (topics.isEmpty()) {
            return;
        }
        TopicId topic = any(topics);
        List<SortedSet<String>> grown = new ArrayList<>(topics.get(topic).racks());
        IntStream.rangeClosed(0, random.nextInt(6)).forEach(any -> grown.add(replicas()));
        topics.put(topic, new TopicSpec(grown.size(), grown));
    }

    private void createTopic() {
        TopicId topic = new TopicId(id());
        List<SortedSet<String>> replicas = IntStream.range(0, random.nextInt(20))
                .mapToObj(any -> replicas())
                .toList();
        topics.put(topic, new TopicSpec(replicas.size(), replicas));
        if (oneSubscription) {
            members.values().forEach(member -> member.subscribed().add(topic));
        } else {
            members.values().stream()
                    .filter(any -> random.nextInt(3) == 0)
                    .forEach(member -> member.subscribed().add(topic));
        }
    }

    private void deleteTopic() {
        if (topics.size() > 1) {
            topics.remove(any(topics));
        }
    }

    private SortedSet<String> replicas() {
        SortedSet<String> replicas = new TreeSet<>();
        if (racks > 0) {
            IntStream.rangeClosed(0, random.nextInt(2)).forEach(any -> replicas.add("rack-" + random.nextInt(racks)));
        }
        return replicas;
    }

    private @Nullable String rack() {
        return racks == 0 || random.nextInt(10) == 0 ? null : "rack-" + random.nextInt(racks);
    }

    private UUID id() {
        return new UUID(random.nextLong(), random.nextLong());
    }

    private <K> K any(SortedMap<K, ?> map) {
        return new ArrayList<>(map.keySet()).get(random.nextInt(map.size()));
    }
}
