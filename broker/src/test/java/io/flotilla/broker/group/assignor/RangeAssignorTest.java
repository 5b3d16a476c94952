package io.flotilla.broker.group.assignor;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.broker.group.AssignmentRequest;
import io.flotilla.broker.group.AssignmentRequest.MemberSpec;
import io.flotilla.broker.group.AssignmentRequest.TopicSpec;
import io.flotilla.model.id.TopicId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RangeAssignorTest {
    private static final TopicId ORDERS = new TopicId(new UUID(0, 1));
    private static final TopicId PAYMENTS = new TopicId(new UUID(0, 2));
    private static final TopicId AUDIT = new TopicId(new UUID(0, 3));

    private final SortedMap<String, MemberSpec> members = new TreeMap<>();
    private final SortedMap<TopicId, TopicSpec> topics = new TreeMap<>();

    @Test
    void aTopicIsCutIntoRangesOfWhichTheFirstAreLonger() {
        topic(ORDERS, 8);
        join("a", ORDERS);
        join("b", ORDERS);
        join("c", ORDERS);

        assertThat(numbers("a", ORDERS)).containsExactly(0, 1, 2);
        assertThat(numbers("b", ORDERS)).containsExactly(3, 4, 5);
        assertThat(numbers("c", ORDERS)).containsExactly(6, 7);
    }

    @Test
    void topicsOfOneNumberOfPartitionsAreDealtAlike() {
        topic(ORDERS, 5);
        topic(PAYMENTS, 5);
        join("a", ORDERS, PAYMENTS);
        join("b", ORDERS, PAYMENTS);

        assertThat(numbers("a", ORDERS)).containsExactly(0, 1, 2).isEqualTo(numbers("a", PAYMENTS));
        assertThat(numbers("b", ORDERS)).containsExactly(3, 4).isEqualTo(numbers("b", PAYMENTS));
    }

    @Test
    void eachTopicIsDealtAmongItsOwnSubscribers() {
        topic(ORDERS, 2);
        topic(AUDIT, 3);
        join("a", ORDERS);
        join("b", ORDERS, AUDIT);

        assertThat(numbers("a", ORDERS)).containsExactly(0);
        assertThat(numbers("b", ORDERS)).containsExactly(1);
        assertThat(numbers("b", AUDIT)).containsExactly(0, 1, 2);
    }

    @Test
    void moreMembersThanPartitionsLeaveTheLastWithNothing() {
        topic(ORDERS, 2);
        join("a", ORDERS);
        join("b", ORDERS);
        join("c", ORDERS);

        assertThat(assign().get("c")).isEmpty();
    }

    @Test
    void staticMembersComeFirstAndKeepTheirPlacesThroughRestarts() {
        topic(ORDERS, 3);
        join("a", ORDERS);
        joinStatic("y", "instance-2", ORDERS);
        joinStatic("z", "instance-1", ORDERS);

        assertThat(numbers("z", ORDERS)).containsExactly(0);
        assertThat(numbers("y", ORDERS)).containsExactly(1);
        assertThat(numbers("a", ORDERS)).containsExactly(2);

        members.remove("z");
        joinStatic("0", "instance-1", ORDERS);

        assertThat(numbers("0", ORDERS)).containsExactly(0);
        assertThat(numbers("y", ORDERS)).containsExactly(1);
        assertThat(numbers("a", ORDERS)).containsExactly(2);
    }

    @Test
    void rangesStayWholeWhereEveryRackHasEverything() {
        topic(ORDERS, List.of("here", "there"), List.of("here", "there"), List.of("here", "there"));
        joinInRack("a", "there", ORDERS);
        joinInRack("b", "here", ORDERS);

        assertThat(numbers("a", ORDERS)).containsExactly(0, 1);
        assertThat(numbers("b", ORDERS)).containsExactly(2);
    }

    @Test
    void partitionsGoToTheRackThatHasThem() {
        topic(ORDERS, List.of("here"), List.of("there"), List.of("here"), List.of("there"));
        joinInRack("a", "there", ORDERS);
        joinInRack("b", "here", ORDERS);

        assertThat(numbers("a", ORDERS)).containsExactly(1, 3);
        assertThat(numbers("b", ORDERS)).containsExactly(0, 2);
    }

    @Test
    void topicsStayAlikeAndAreLocalWhereAllOfThemAre() {
        topic(ORDERS, List.of("here"), List.of("there", "here"));
        topic(PAYMENTS, List.of("here", "there"), List.of("there"));
        joinInRack("a", "there", ORDERS, PAYMENTS);
        joinInRack("b", "here", ORDERS, PAYMENTS);

        assertThat(numbers("a", ORDERS)).containsExactly(1).isEqualTo(numbers("a", PAYMENTS));
        assertThat(numbers("b", ORDERS)).containsExactly(0).isEqualTo(numbers("b", PAYMENTS));
    }

    private void topic(TopicId topic, int partitions) {
        topics.put(topic, new TopicSpec(partitions, Collections.nCopies(partitions, new TreeSet<>())));
    }

    @SafeVarargs
    private void topic(TopicId topic, List<String>... replicas) {
        List<SortedSet<String>> racks = new ArrayList<>();
        for (List<String> partition : replicas) {
            racks.add(new TreeSet<>(partition));
        }
        topics.put(topic, new TopicSpec(replicas.length, racks));
    }

    private void join(String member, TopicId... subscribed) {
        join(member, null, null, subscribed);
    }

    private void joinStatic(String member, String instance, TopicId... subscribed) {
        join(member, instance, null, subscribed);
    }

    private void joinInRack(String member, String rack, TopicId... subscribed) {
        join(member, null, rack, subscribed);
    }

    private void join(String member, @Nullable String instance, @Nullable String rack, TopicId... subscribed) {
        members.put(member, new MemberSpec(instance, rack, new TreeSet<>(List.of(subscribed)), new TreeMap<>()));
    }

    private Map<String, Map<TopicId, SortedSet<Integer>>> assign() {
        return new RangeAssignor().assign(new AssignmentRequest(members, topics));
    }

    private SortedSet<Integer> numbers(String member, TopicId topic) {
        return assign().get(member).get(topic);
    }
}
