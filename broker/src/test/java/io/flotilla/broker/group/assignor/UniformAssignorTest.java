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
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class UniformAssignorTest {
    private static final TopicId ORDERS = topicId(1);
    private static final TopicId PAYMENTS = topicId(2);

    private final SortedMap<String, MemberSpec> members = new TreeMap<>();
    private final SortedMap<TopicId, TopicSpec> topics = new TreeMap<>();

    @Test
    void nobodyIsAssignedNothingOfNothing() {
        assertThat(assign()).isEmpty();
    }

    @Test
    void topicsThatNobodyWantsAndTopicsThatDoNotExistAreLeftOut() {
        topic(ORDERS, 2);
        join("a", PAYMENTS);

        assertThat(assign()).containsExactly(Map.entry("a", Map.of()));
    }

    @Test
    void aThirdMemberTakesFromTheOthersWhatItNeedsAndNoMore() {
        topic(ORDERS, 12);
        join("a", ORDERS);
        join("b", ORDERS);
        SortedSet<Integer> firstOfA = numbers("a", ORDERS);
        SortedSet<Integer> firstOfB = numbers("b", ORDERS);
        settle();
        join("c", ORDERS);

        assertThat(firstOfA).hasSize(6).containsAll(numbers("a", ORDERS));
        assertThat(firstOfB).hasSize(6).containsAll(numbers("b", ORDERS));
        assertThat(numbers("c", ORDERS)).hasSize(4);
    }

    @Test
    void whatAMemberLeavesIsSharedByTheOthersWhoKeepTheirs() {
        topic(ORDERS, 9);
        Stream.of("a", "b", "c").forEach(member -> join(member, ORDERS));
        SortedSet<Integer> firstOfA = numbers("a", ORDERS);
        SortedSet<Integer> firstOfC = numbers("c", ORDERS);
        settle();
        members.remove("b");

        assertThat(numbers("a", ORDERS)).containsAll(firstOfA);
        assertThat(numbers("c", ORDERS)).containsAll(firstOfC);
        assertThat(numbers("a", ORDERS).size() + numbers("c", ORDERS).size()).isEqualTo(9);
    }

    @Test
    void loadPassesOverAMemberInBetween() {
        topic(ORDERS, 2);
        topic(PAYMENTS, 1);
        hold("a", Map.of(ORDERS, sorted(0, 1)), ORDERS);
        hold("b", Map.of(PAYMENTS, sorted(0)), ORDERS, PAYMENTS);
        hold("c", Map.of(), PAYMENTS);

        assertThat(numbers("a", ORDERS)).hasSize(1);
        assertThat(numbers("b", ORDERS)).hasSize(1);
        assertThat(numbers("c", PAYMENTS)).hasSize(1);
    }

    @Test
    void twoWhoClaimTheSamePartitionDoNotBothKeepIt() {
        topic(ORDERS, 2);
        hold("a", Map.of(ORDERS, sorted(0)), ORDERS);
        hold("b", Map.of(ORDERS, sorted(0)), ORDERS);

        assertThat(numbers("a", ORDERS)).containsExactly(0);
        assertThat(numbers("b", ORDERS)).containsExactly(1);
    }

    @Test
    void whatIsGivenUpIsRatherWhatItsRackHasNoReplicaOf() {
        topic(ORDERS, List.of("there"), List.of("here"), List.of("there"), List.of("here"));
        holdInRack("a", "here", Map.of(ORDERS, sorted(0, 1, 2, 3)), ORDERS);
        holdInRack("b", "there", Map.of(), ORDERS);

        assertThat(numbers("a", ORDERS)).containsExactly(1, 3);
        assertThat(numbers("b", ORDERS)).containsExactly(0, 2);
    }

    @Test
    void racksDoNotMoveWhatMayStay() {
        topic(ORDERS, List.of("there"), List.of("here"));
        holdInRack("a", "here", Map.of(ORDERS, sorted(0)), ORDERS);
        holdInRack("b", "there", Map.of(ORDERS, sorted(1)), ORDERS);

        assertThat(numbers("a", ORDERS)).containsExactly(0);
        assertThat(numbers("b", ORDERS)).containsExactly(1);
    }

    @Test
    @Timeout(20)
    void tenThousandPartitionsAreSharedByAThousandMembersAndByOneMore() {
        IntStream.range(0, 100).forEach(topic -> topic(topicId(topic), inThreeRacks(100)));
        IntStream.range(0, 1_000).forEach(member -> joinAll("member-" + member, "rack-" + member % 3));
        Outcome first = new Outcome(request(), assign());
        assertThat(first.spreads().values()).containsExactly(0);
        settle();
        joinAll("one-more", "rack-0");
        Outcome second = new Outcome(request(), assign());
        assertThat(second.load("one-more")).isEqualTo(9);
        assertThat(second.kept()).isEqualTo(9_991);
    }

    @Test
    @Timeout(20)
    void oneWhoHoldsEverythingGivesItToAThousand() {
        topic(ORDERS, 10_000);
        hold("a", Map.of(ORDERS, sorted(IntStream.range(0, 10_000).toArray())), ORDERS);
        IntStream.range(1, 1_000).forEach(member -> join("member-" + member, ORDERS));

        assertThat(new Outcome(request(), assign()).spreads().values()).containsExactly(0);
    }

    @Test
    @Timeout(20)
    void aThousandSubscriptionsShareTenThousandPartitions() {
        IntStream.range(0, 100).forEach(topic -> topic(topicId(topic), inThreeRacks(100)));
        IntStream.range(0, 1_000)
                .forEach(member -> join(
                        "member-" + member,
                        IntStream.range(0, 100)
                                .filter(topic -> Integer.bitCount((topic + 1) * (member + 1) * 0x9E3779B9) % 2 == 0)
                                .mapToObj(UniformAssignorTest::topicId)
                                .toArray(TopicId[]::new)));

        Outcome outcome = new Outcome(request(), assign());
        assertThat(outcome.assigned()).hasSize(10_000);
    }

    private static TopicId topicId(int number) {
        return new TopicId(new UUID(0, number));
    }

    private static SortedSet<Integer> sorted(int... numbers) {
        return new TreeSet<>(IntStream.of(numbers).boxed().toList());
    }

    private static List<SortedSet<String>> inThreeRacks(int partitions) {
        return IntStream.range(0, partitions)
                .<SortedSet<String>>mapToObj(partition -> new TreeSet<>(List.of("rack-" + partition % 3)))
                .toList();
    }

    private void topic(TopicId topic, int partitions) {
        topic(topic, Collections.nCopies(partitions, Collections.emptySortedSet()));
    }

    @SafeVarargs
    private void topic(TopicId topic, List<String>... replicas) {
        List<SortedSet<String>> racks = new ArrayList<>();
        for (List<String> partition : replicas) {
            racks.add(new TreeSet<>(partition));
        }
        topic(topic, racks);
    }

    private void topic(TopicId topic, List<SortedSet<String>> racks) {
        topics.put(topic, new TopicSpec(racks.size(), racks));
    }

    private void join(String member, TopicId... subscribed) {
        hold(member, Map.of(), subscribed);
    }

    private void joinAll(String member, String rack) {
        holdInRack(member, rack, Map.of(), topics.keySet().toArray(TopicId[]::new));
    }

    private void hold(String member, Map<TopicId, SortedSet<Integer>> held, TopicId... subscribed) {
        holdInRack(member, null, held, subscribed);
    }

    private void holdInRack(
            String member, @Nullable String rack, Map<TopicId, SortedSet<Integer>> held, TopicId... subscribed) {
        members.put(member, new MemberSpec(null, rack, new TreeSet<>(List.of(subscribed)), held));
    }

    /** The members come to hold what is assigned. */
    private void settle() {
        Map<String, Map<TopicId, SortedSet<Integer>>> assignment = assign();
        members.replaceAll((id, member) ->
                new MemberSpec(member.instanceId(), member.rack(), member.subscribed(), assignment.get(id)));
    }

    private AssignmentRequest request() {
        return new AssignmentRequest(members, topics);
    }

    private Map<String, Map<TopicId, SortedSet<Integer>>> assign() {
        return new UniformAssignor().assign(request());
    }

    private SortedSet<Integer> numbers(String member, TopicId topic) {
        return assign().get(member).get(topic);
    }
}
