package io.flotilla.broker.group.assignor;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.broker.group.AssignmentRequest;
import io.flotilla.broker.group.AssignmentRequest.MemberSpec;
import io.flotilla.broker.group.AssignmentRequest.TopicSpec;
import io.flotilla.broker.group.Assignor;
import io.flotilla.model.id.TopicId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds of every assignment, in the lives of hundreds of groups. A failure names the seed and the generation. */
class AssignorPropertiesTest {
    private static final int SEEDS = 200;
    private static final int GENERATIONS = 6;

    private static final Assignor UNIFORM = new UniformAssignor();
    private static final Assignor RANGE = new RangeAssignor();

    static List<Assignor> assignors() {
        return List.of(UNIFORM, RANGE);
    }

    @ParameterizedTest
    @MethodSource("assignors")
    void everyPartitionHasOneOwnerWhoWantsIt(Assignor assignor) {
        everyLife(SeededGroup::ofManySubscriptions, assignor, (life, outcome) -> {
            assertThat(outcome.assigned()).as(life).containsExactlyInAnyOrderElementsOf(outcome.wanted());
            assertThat(outcome.asSubscribed()).as(life).isTrue();
            assertThat(outcome.assignment().keySet())
                    .as(life)
                    .isEqualTo(outcome.request().members().keySet());
        });
    }

    @ParameterizedTest
    @MethodSource("assignors")
    void theOrderInWhichThingsAreNamedDoesNotMatter(Assignor assignor) {
        everyLife(
                SeededGroup::ofManySubscriptions,
                assignor,
                (life, outcome) -> assertThat(assignor.assign(inOtherOrder(outcome.request())))
                        .as(life)
                        .isEqualTo(outcome.assignment()));
    }

    @Test
    void uniformLoadsOfOneSubscriptionDifferByOneAtMost() {
        everyLife(
                SeededGroup::ofManySubscriptions,
                UNIFORM,
                (life, outcome) ->
                        assertThat(outcome.spreads().values()).as(life).allMatch(spread -> spread <= 1));
    }

    @Test
    void uniformLoadsAreAsEqualAsSubscriptionsAllow() {
        everyLife(
                SeededGroup::ofManySubscriptions,
                UNIFORM,
                (life, outcome) -> assertThat(outcome.overloaded()).as(life).isEmpty());
    }

    @Test
    void uniformMovesNoMoreThanTheBalanceDemands() {
        everyLife(
                SeededGroup::ofOneSubscription,
                UNIFORM,
                (life, outcome) -> assertThat(outcome.kept()).as(life).isEqualTo(outcome.keptAtMost()));
    }

    @Test
    void uniformMovesNothingWhenNothingHappens() {
        everyLife(
                SeededGroup::ofManySubscriptions,
                UNIFORM,
                (life, outcome) ->
                        assertThat(UNIFORM.assign(holding(outcome))).as(life).isEqualTo(outcome.assignment()));
    }

    @Test
    void noExchangeOfWhatUniformMovesBringsMoreOfItToItsRack() {
        everyLife(
                SeededGroup::ofOneSubscription,
                UNIFORM,
                (life, outcome) ->
                        assertThat(outcome.movedToTheirRack()).as(life).isEqualTo(outcome.movedToTheirRackAtMost()));
    }

    @Test
    void noExchangeWithinATopicBringsMoreOfARangeToItsRack() {
        everyLife(SeededGroup::ofOneSubscription, RANGE, (life, outcome) -> {
            AssignmentRequest one = ofItsFirstTopic(outcome.request());
            Outcome dealt = new Outcome(one, RANGE.assign(one));
            assertThat(dealt.movedToTheirRack()).as(life).isEqualTo(dealt.movedToTheirRackAtMost());
        });
    }

    private static void everyLife(
            LongFunction<SeededGroup> born, Assignor assignor, BiConsumer<String, Outcome> judge) {
        for (long seed = 0; seed < SEEDS; seed++) {
            SeededGroup group = born.apply(seed);
            for (int generation = 0; generation < GENERATIONS; generation++) {
                AssignmentRequest request = group.request();
                Outcome outcome = new Outcome(request, assignor.assign(request));
                judge.accept("seed " + seed + " generation " + generation, outcome);
                group.adopt(outcome.assignment());
                group.live();
            }
        }
    }

    private static AssignmentRequest holding(Outcome outcome) {
        SortedMap<String, MemberSpec> members = new TreeMap<>();
        outcome.request()
                .members()
                .forEach((id, member) ->
                        members.put(id, with(member, outcome.assignment().get(id))));
        return new AssignmentRequest(members, outcome.request().topics());
    }

    private static AssignmentRequest ofItsFirstTopic(AssignmentRequest request) {
        SortedMap<String, MemberSpec> members = new TreeMap<>();
        request.members().forEach((id, member) -> members.put(id, with(member, new TreeMap<>())));
        TopicId first = request.topics().firstKey();
        return new AssignmentRequest(
                members, new TreeMap<>(Map.of(first, request.topics().get(first))));
    }

    private static AssignmentRequest inOtherOrder(AssignmentRequest request) {
        SortedMap<String, MemberSpec> members = new TreeMap<>();
        shuffled(request.members()).forEach((id, member) -> members.put(id, with(member, shuffled(member.target()))));
        SortedMap<TopicId, TopicSpec> topics = new TreeMap<>(shuffled(request.topics()));
        return new AssignmentRequest(members, topics);
    }

    private static MemberSpec with(MemberSpec member, Map<TopicId, SortedSet<Integer>> target) {
        return new MemberSpec(member.instanceId(), member.rack(), member.subscribed(), target);
    }

    private static <K, V> Map<K, V> shuffled(Map<K, V> map) {
        List<K> keys = new ArrayList<>(map.keySet());
        Collections.shuffle(keys, new Random(keys.size()));
        Map<K, V> shuffled = new LinkedHashMap<>();
        keys.forEach(key -> shuffled.put(key, map.get(key)));
        return shuffled;
    }
}
