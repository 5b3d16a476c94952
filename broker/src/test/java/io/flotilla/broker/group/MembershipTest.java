package io.flotilla.broker.group;

import static io.flotilla.broker.group.Story.asInstance;
import static io.flotilla.broker.group.Story.begun;
import static io.flotilla.broker.group.Story.matching;
import static io.flotilla.broker.group.Story.names;
import static io.flotilla.broker.group.Story.owning;
import static io.flotilla.broker.group.Story.partitions;
import static io.flotilla.broker.group.Story.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.model.error.ErrorCode;
import org.junit.jupiter.api.Test;

class MembershipTest {
    private final Story story = begun();

    @Test
    void theFirstMemberGetsEverything() {
        long a = story.joins("a", "orders", "bills");
        assertThat(story.holds(a)).isEmpty();
        assertThat(story.state()).isEqualTo(GroupState.ASSIGNING);
        story.settle();
        assertThat(story.holds(a)).isEqualTo("orders[0, 1, 2] bills[0, 1]");
        assertThat(story.state()).isEqualTo(GroupState.STABLE);
    }

    @Test
    void anEmptyGroupWaitsForMoreMembersBeforeItSharesOut() {
        Story slow = new Story(GroupSettings.defaults()).with("orders", 3);
        long a = slow.joins("a", "orders");
        slow.after(100);
        long b = slow.joins("b", "orders");
        slow.after(99);
        assertThat(slow.state()).isEqualTo(GroupState.ASSIGNING);
        slow.after(1);
        assertThat(slow.holds(a)).isEqualTo("orders[0, 2]");
        assertThat(slow.holds(b)).isEqualTo("orders[1]");
        assertThat(slow.state()).isEqualTo(GroupState.STABLE);
    }

    @Test
    void aNewcomerGetsWhatOthersGaveUpAndNothingElseMoves() {
        long a = story.joins("a", "orders");
        story.settle().reports("a", a);
        long b = story.joins("b", "orders");
        story.settle();
        assertThat(story.holds(a)).isEqualTo("orders[0, 1]");
        assertThat(story.holds(b)).isEmpty();
        assertThat(story.state()).isEqualTo(GroupState.RECONCILING);
        story.reports("a", a);
        assertThat(story.holds(b)).isEqualTo("orders[2]");
        assertThat(story.state()).isEqualTo(GroupState.STABLE);
        assertThat(story.epoch(a)).isEqualTo(story.epoch(b)).isEqualTo(2);
    }

    @Test
    void aMemberThatGivesUpKeepsItsEpochUntilItHasDone() {
        long a = story.joins("a", "orders");
        story.settle().reports("a", a);
        story.joins("b", "orders");
        story.settle();
        assertThat(story.epoch(a)).isEqualTo(1);
        story.reports("a", a, partitions("orders", 0, 1, 2));
        assertThat(story.state()).isEqualTo(GroupState.RECONCILING);
        story.reports("a", a);
        assertThat(story.epoch(a)).isEqualTo(2);
    }

    /** The report was sent before the member heard that it is to take the partition at all. */
    @Test
    void aReportThatCrossesAnAssignmentGivesNothingUp() {
        long a = story.joins("a", "orders");
        story.settle();
        long b = story.joins("b", "orders");
        story.settle();
        story.reports("a", a, new NamedPartitions[0]);
        assertThat(story.holds(b)).isEmpty();
        story.reports("a", a, partitions("orders", 0, 1, 2));
        assertThat(story.holds(a)).isEqualTo("orders[0, 1]");
        assertThat(story.holds(b)).isEmpty();
        story.reports("a", a);
        assertThat(story.holds(b)).isEqualTo("orders[2]");
    }

    @Test
    void aShortBreakOfTheStreamRebalancesNobody() {
        long a = story.joins("a", "orders");
        long b = story.joins("b", "orders");
        story.settle().reports("a", a).reports("b", b);
        int records = story.log.size();
        story.breaks("a", a).after(1_999);
        long again = story.says(owning(story.hello("a", story.epoch(a), "orders"), partitions("orders", 0, 2)));
        story.after(3_000);
        assertThat(story.log).hasSize(records);
        assertThat(story.holds(again)).isEqualTo("orders[0, 2]");
        assertThat(story.state()).isEqualTo(GroupState.STABLE);
    }

    @Test
    void aMemberThatDoesNotComeBackIsReplacedAfterTwoSeconds() {
        long a = story.joins("a", "orders");
        long b = story.joins("b", "orders");
        story.settle().reports("a", a).reports("b", b);
        story.breaks("a", a).after(1_999).beats("b", b);
        assertThat(story.holds(b)).isEqualTo("orders[1]");
        story.after(1);
        assertThat(story.holds(b)).isEqualTo("orders[0, 1, 2]");
        assertThat(refusal(story.core().hello(story.hello("a", 1, "orders"), story.now()))
                        .code())
                .isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
    }

    @Test
    void aSilentMemberIsRemovedAfterItsSessionTimeoutAndToldSo() {
        long a = story.joins("a", "orders");
        story.settle().after(9_000).beats("a", a).after(9_999);
        assertThat(story.described().members()).hasSize(1);
        story.after(1);
        assertThat(story.state()).isEqualTo(GroupState.EMPTY);
        assertThat(story.ended.get(a).code()).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        assertThat(story.ended.get(a).message()).contains("10000 ms");
    }

    @Test
    void aMemberThatDoesNotGiveUpInTimeIsRemoved() {
        long a = story.joins("a", "orders");
        story.settle().reports("a", a);
        long b = story.joins("b", "orders");
        for (int second = 0; second < 300; second += 5) {
            story.beats("a", a).beats("b", b).after(5_000);
        }
        assertThat(story.ended.get(a).message()).contains("300000 ms");
        assertThat(story.holds(b)).isEqualTo("orders[0, 1, 2]");
    }

    @Test
    void aMemberThatLeavesIsReplacedAtOnce() {
        long a = story.joins("a", "orders");
        long b = story.joins("b", "orders");
        story.settle().leaves("a", a, false).settle();
        assertThat(story.holds(b)).isEqualTo("orders[0, 1, 2]");
        assertThat(story.state()).isEqualTo(GroupState.STABLE);
    }

    @Test
    void anOldEpochMustJoinAnewAndTheLastOneMayNotHaveArrived() {
        long a = story.joins("a", "orders");
        story.settle().reports("a", a);
        for (String other : new String[] {"b", "c"}) {
            long connection = story.joins(other, "orders");
            story.settle()
                    .reports("a", a)
                    .leaves(other, connection, false)
                    .settle()
                    .reports("a", a);
        }
        int epoch = story.epoch(a);
        story.breaks("a", a);
        assertThat(refusal(story.core().hello(story.hello("a", epoch - 2, "orders"), story.now()))
                        .code())
                .isEqualTo(ErrorCode.FENCED_MEMBER_EPOCH);
        long again = story.says(owning(story.hello("a", epoch - 1, "orders"), partitions("orders", 0)));
        assertThat(story.epoch(again)).isEqualTo(epoch);
        assertThat(story.holds(again)).isEqualTo("orders[0, 1, 2]");
    }

    @Test
    void anotherStreamOfTheMemberEndsTheFirst() {
        long first = story.joins("a", "orders");
        long second = story.joins("a", "orders");
        story.settle();
        assertThat(story.ended).containsOnlyKeys(first);
        story.breaks("a", first).after(3_000);
        assertThat(story.holds(second)).isEqualTo("orders[0, 1, 2]");
    }

    @Test
    void aStaticMemberKeepsItsPlaceThroughARestart() {
        long a = story.says(asInstance(story.hello("a", 0, "orders"), "one"));
        long b = story.joins("b", "orders");
        story.settle().reports("a", a).reports("b", b);
        story.breaks("a", a).after(8_000).beats("b", b);
        long anew = story.says(asInstance(story.hello("a2", 0, "orders"), "one"));
        assertThat(story.holds(anew)).isEqualTo("orders[0, 2]");
        assertThat(story.state()).isEqualTo(GroupState.STABLE);
        assertThat(story.described().members()).hasSize(2);
        assertThat(refusal(story.core().hello(asInstance(story.hello("a", 1, "orders"), "one"), story.now()))
                        .code())
                .isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
    }

    @Test
    void aLivingStaticMemberKeepsItsIdToItself() {
        story.says(asInstance(story.hello("a", 0, "orders"), "one"));
        var refused = story.core().hello(asInstance(story.hello("b", 0, "orders"), "one"), story.now());
        assertThat(refusal(refused).code()).isEqualTo(ErrorCode.UNRELEASED_INSTANCE_ID);
        assertThat(refused.records()).isEmpty();
    }

    @Test
    void afterAFailOverAStaticMemberHasTimeToBeHeardFirst() {
        story.says(asInstance(story.hello("a", 0, "orders"), "one"));
        story.settle().failOver().after(500);
        var refused = story.core().hello(asInstance(story.hello("b", 0, "orders"), "one"), story.now());
        assertThat(refusal(refused).retryAfterMs()).isEqualTo(1_500);
        story.after(1_500);
        long b = story.says(asInstance(story.hello("b", 0, "orders"), "one"));
        assertThat(story.holds(b)).isEqualTo("orders[0, 1, 2]");
    }

    @Test
    void aStaticMemberThatLeftIsWaitedForUntilItsSessionEnds() {
        long a = story.says(asInstance(story.hello("a", 0, "orders"), "one"));
        long b = story.joins("b", "orders");
        story.settle().reports("a", a).reports("b", b);
        story.leaves("a", a, false).after(9_999).beats("b", b);
        assertThat(story.holds(b)).isEqualTo("orders[1]");
        story.after(1);
        assertThat(story.holds(b)).isEqualTo("orders[0, 1, 2]");
    }

    @Test
    void aStaticMemberThatGivesUpItsPlaceIsReplacedAtOnce() {
        long a = story.says(asInstance(story.hello("a", 0, "orders"), "one"));
        long b = story.joins("b", "orders");
        story.settle().leaves("a", a, true).settle();
        assertThat(story.holds(b)).isEqualTo("orders[0, 1, 2]");
    }

    @Test
    void aFailOverRebalancesNobody() {
        long a = story.joins("a", "orders");
        long b = story.joins("b", "orders");
        story.settle().reports("a", a).reports("b", b);
        int records = story.log.size();
        story.failOver().after(1_900);
        story.says(owning(story.hello("a", story.epoch(a), "orders"), partitions("orders", 0, 2)));
        long again = story.says(owning(story.hello("b", story.epoch(b), "orders"), partitions("orders", 1)));
        story.after(5_000);
        assertThat(story.log).hasSize(records);
        assertThat(story.holds(again)).isEqualTo("orders[1]");
    }

    @Test
    void whoIsNotHeardAfterAFailOverIsRemovedAfterItsSession() {
        long a = story.joins("a", "orders");
        story.settle();
        story.failOver().after(9_999);
        assertThat(story.described().members()).hasSize(1);
        story.after(1);
        assertThat(story.state()).isEqualTo(GroupState.EMPTY);
        assertThat(story.ended).doesNotContainKey(a);
    }

    @Test
    void aChangedSubscriptionMovesOnlyWhatItMust() {
        long a = story.joins("a", "orders");
        story.settle().reports("a", a);
        story.wants("a", a, names("orders", "bills")).settle();
        assertThat(story.holds(a)).isEqualTo("orders[0, 1, 2] bills[0, 1]");
        story.reports("a", a).wants("a", a, names("bills")).settle();
        assertThat(story.holds(a)).isEqualTo("bills[0, 1]");
        story.reports("a", a);
        assertThat(story.state()).isEqualTo(GroupState.STABLE);
    }

    @Test
    void aPatternFindsTopicsThatComeLaterAndNoInternalOnes() {
        story.with("__consumer_offsets", 4);
        long a = story.joins("a", "orders");
        story.wants("a", a, matching(".*s")).settle();
        assertThat(story.holds(a)).isEqualTo("orders[0, 1, 2] bills[0, 1]");
        story.with("refunds", 1).with("other", 1).settle();
        assertThat(story.holds(a)).isEqualTo("refunds[0] orders[0, 1, 2] bills[0, 1]");
    }

    @Test
    void partitionsThatAreAddedAreSharedOut() {
        long a = story.joins("a", "orders");
        story.settle().reports("a", a);
        story.topics.extend("orders", 5);
        story.topicsChanged().settle();
        assertThat(story.holds(a)).isEqualTo("orders[0, 1, 2, 3, 4]");
    }

    @Test
    void aDeletedTopicNeedsNotBeGivenUp() {
        long a = story.joins("a", "orders", "bills");
        story.settle().reports("a", a);
        story.topics.delete("orders");
        story.topicsChanged().settle();
        assertThat(story.holds(a)).isEqualTo("bills[0, 1]");
        assertThat(story.state()).isEqualTo(GroupState.STABLE);
    }

    @Test
    void topicsThatChangeWhileNobodyCoordinatesAreNoticedByTheNext() {
        long a = story.joins("a", "orders");
        story.settle().reports("a", a);
        story.topics.extend("orders", 4);
        story.failOver().settle();
        long again = story.says(owning(story.hello("a", 1, "orders"), partitions("orders", 0, 1, 2)));
        assertThat(story.holds(again)).isEqualTo("orders[0, 1, 2, 3]");
    }

    @Test
    void theAssignorThatMostMembersNameIsTaken() {
        story.joins("a", "orders");
        story.settle();
        assertThat(story.described().assignor()).isEqualTo("uniform");
    }
}
