package io.flotilla.client.internal.group;

import static io.flotilla.client.internal.group.SimCoordinators.GONE;
import static io.flotilla.client.internal.group.SimCoordinators.ONE;
import static io.flotilla.client.internal.group.SimCoordinators.TWO;
import static io.flotilla.client.internal.group.SimCoordinators.partitions;
import static io.flotilla.client.internal.group.SimCoordinators.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.client.internal.group.SimCoordinators.Stream;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.LeaderHint;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class MembershipTest {
    private final GroupStory story = new GroupStory();
    private final SimCoordinators brokers = story.brokers;

    private Stream stream() {
        return brokers.lastStream();
    }

    @Test
    void nobodyIsAskedBeforeItSubscribes() {
        story.after(60_000);
        assertThat(brokers.finds).isEmpty();
    }

    @Test
    void joinsAtTheCoordinatorWithEpochZero() {
        story.subscribed("songs");
        brokers.lastFind().listener().answered(TWO);
        story.after(0);
        assertThat(stream().coordinator).isEqualTo(TWO);
        assertThat(stream().hello.memberEpoch()).isZero();
        assertThat(stream().hello.owned()).isEmpty();
        assertThat(stream().hello.subscription().topics()).containsExactly("songs");
        stream().assign(3, 0, 1);
        assertThat(story.snapshot().target()).isEqualTo(partitions(0, 1));
        assertThat(story.core.membership().epochIn(0)).hasValue(3);
    }

    @Test
    void whatItHoldsIsToldAtOnceAndOnlyWhenItChanges() {
        story.holding(1, 0, 1);
        assertThat(stream().heartbeats).hasSize(1);
        assertThat(stream().lastHeartbeat().owned()).contains(partitions(0, 1));
        story.alive(5_000);
        assertThat(stream().heartbeats).hasSize(6);
        assertThat(stream().lastHeartbeat().owned()).isEmpty();
    }

    @Test
    void aChangedSubscriptionIsToldOnTheStream() {
        story.holding(1, 0);
        story.subscribed("songs", "poems");
        assertThat(brokers.streams).hasSize(1);
        assertThat(stream().lastHeartbeat().subscription().orElseThrow().topics())
                .containsExactly("songs", "poems");
    }

    @Test
    void anIncrementalChangeEndsNothing() {
        story.holding(1, 0, 1, 2);
        stream().assign(2, 0, 1);
        assertThat(story.snapshot().life()).isZero();
        assertThat(story.snapshot().target()).isEqualTo(partitions(0, 1));
        story.own(0, 1);
        story.after(0);
        assertThat(stream().lastHeartbeat().owned()).contains(partitions(0, 1));
    }

    private static List<Set<GroupPartition>> owned(Stream stream) {
        return stream.heartbeats.stream()
                .flatMap(heartbeat -> heartbeat.owned().stream())
                .<Set<GroupPartition>>map(TreeSet::new)
                .toList();
    }

    @Test
    void whatIsTakenBackBeforeItWasTakenIsToldAsHeldAndGivenUp() {
        story.holding(1, 0);
        stream().assign(2, 0, 1);
        stream().assign(3, 0);
        story.own(0);
        story.after(0);
        assertThat(owned(stream())).containsExactly(partitions(0), partitions(0, 1), partitions(0));
    }

    @Test
    void whatIsTakenAndGivenUpBetweenTwoMessagesIsToldAsBoth() {
        story.holding(1, 0);
        stream().assign(2, 0, 1);
        story.own(0, 1);
        stream().assign(3, 0);
        story.own(0);
        story.after(0);
        assertThat(owned(stream())).containsExactly(partitions(0), partitions(0, 1), partitions(0));
    }

    @Test
    void whatTheApplicationHasNotSeenYetIsNotToldForIt() {
        story.holding(1, 0);
        long seen = story.snapshot().revision();
        stream().assign(2, 0, 1);
        story.core.membership().own(0, seen, partitions(0));
        story.after(0);
        assertThat(owned(stream())).containsExactly(partitions(0), partitions(0));
        story.own(0, 1);
        story.after(0);
        assertThat(owned(stream())).endsWith(partitions(0, 1));
    }

    @Test
    void anotherStreamMustSayAnewWhatToHold() {
        story.holding(1, 0);
        story.alive(2_000);
        stream().assign(2, 0, 1);
        stream().listener.broken(GONE);
        story.after(0);
        assertThat(story.snapshot().target()).isNull();
        assertThat(stream().hello.owned()).containsExactlyElementsOf(partitions(0));
        stream().assign(3, 0);
        story.own(0);
        story.after(0);
        assertThat(owned(stream())).containsExactly(partitions(0));
    }

    @Test
    void aPlaceThatWillBeFreeSoonIsWaitedFor() {
        story.subscribed("songs");
        brokers.lastFind().listener().answered(ONE);
        story.after(0);
        stream().listener.refused(refusal(ErrorCode.UNRELEASED_INSTANCE_ID).withRetryAfterMs(500));
        story.after(400);
        assertThat(brokers.streams).hasSize(1);
        story.after(200);
        assertThat(brokers.streams).hasSize(2);
        assertThat(story.snapshot().failure()).isNull();
    }

    @Test
    void aBrokenStreamIsResumedAtOnceWithTheSameEpoch() {
        story.holding(4, 0, 1);
        story.alive(2_000);
        stream().listener.broken(GONE);
        story.after(0);
        assertThat(brokers.streams).hasSize(2);
        assertThat(stream().coordinator).isEqualTo(ONE);
        assertThat(stream().hello.memberEpoch()).isEqualTo(4);
        assertThat(stream().hello.memberId()).isEqualTo("member");
        assertThat(stream().hello.owned()).containsExactlyElementsOf(partitions(0, 1));
        assertThat(story.snapshot().life()).isZero();
    }

    @Test
    void aDeadCoordinatorIsLookedForAmongTheOthers() {
        story.holding(4, 0);
        story.alive(2_000);
        stream().listener.broken(GONE);
        story.after(0);
        stream().listener.broken(GONE);
        story.after(20);
        assertThat(brokers.lastFind().asked()).isEqualTo(TWO);
        brokers.lastFind().listener().failed(refusal(ErrorCode.COORDINATOR_NOT_AVAILABLE));
        story.after(30);
        assertThat(brokers.finds).hasSize(2 + 1);
        brokers.lastFind().listener().answered(TWO);
        story.after(0);
        assertThat(stream().coordinator).isEqualTo(TWO);
        assertThat(stream().hello.memberEpoch()).isEqualTo(4);
        stream().assign(4, 0);
        assertThat(story.snapshot().life()).isZero();
    }

    @Test
    void aHintNeedsNoSearch() {
        story.subscribed("songs");
        brokers.lastFind().listener().answered(ONE);
        story.after(0);
        stream().listener.refused(refusal(ErrorCode.NOT_COORDINATOR).withLeader(new LeaderHint(2, "two:2", 7)));
        story.after(0);
        assertThat(stream().coordinator).isEqualTo(TWO);
        assertThat(brokers.finds).hasSize(1);
    }

    @Test
    void aLoadingCoordinatorIsAskedAgainAfterAPause() {
        story.subscribed("songs");
        brokers.lastFind().listener().answered(ONE);
        story.after(0);
        for (int attempt = 1; attempt < 10; attempt++) {
            stream()
                    .listener
                    .refused(refusal(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS).withRetryAfterMs(50));
            story.after(10);
            assertThat(brokers.streams).as("too early").hasSize(attempt);
            story.after(200);
            assertThat(brokers.streams).as("later").hasSize(attempt + 1);
        }
        assertThat(brokers.finds).hasSize(1);
    }

    @Test
    void aSilentCoordinatorIsLeftForAnotherBrokersWord() {
        story.holding(4, 0);
        story.after(1_000);
        story.after(1_900);
        assertThat(stream().closed).isFalse();
        Stream silent = stream();
        story.after(200);
        assertThat(silent.closed).isTrue();
        story.after(200);
        assertThat(brokers.lastFind().asked()).isEqualTo(TWO);
    }

    @Test
    void aFencedMemberHasLostEverythingAndJoinsAnew() {
        story.holding(4, 0, 1);
        stream().listener.refused(refusal(ErrorCode.FENCED_MEMBER_EPOCH));
        assertThat(story.snapshot().life()).isEqualTo(1);
        assertThat(story.snapshot().target()).isNull();
        assertThat(story.core.membership().epochIn(0)).isEmpty();
        story.after(0);
        assertThat(stream().hello.memberEpoch()).isZero();
        assertThat(stream().hello.owned()).isEmpty();
        story.core.membership().own(0, story.snapshot().revision(), partitions(0, 1));
        stream().assign(7, 0);
        story.after(0);
        assertThat(stream().heartbeats)
                .as("what a life that is over holds is void")
                .isEmpty();
    }

    @Test
    void withoutACoordinatorItHoldsOnForItsSession() {
        story.holding(4, 0);
        story.alive(1_000);
        stream().listener.broken(GONE);
        story.after(0);
        stream().listener.broken(GONE);
        for (int waited = 0; waited < 9_000; waited += 500) {
            story.after(500);
            brokers.lastFind().listener().failed(GONE);
        }
        assertThat(story.snapshot().life()).isZero();
        story.after(1_000);
        assertThat(story.snapshot().life()).isEqualTo(1);
    }

    @Test
    void aRefusalForGoodIsToldUntilItSubscribesAgain() {
        story.subscribed("songs");
        brokers.lastFind().listener().answered(ONE);
        story.after(0);
        stream().listener.refused(refusal(ErrorCode.UNRELEASED_INSTANCE_ID));
        assertThat(story.snapshot().failure().code()).isEqualTo(ErrorCode.UNRELEASED_INSTANCE_ID);
        story.after(60_000);
        assertThat(brokers.streams).hasSize(1);
        story.subscribed("songs").after(200);
        assertThat(story.snapshot().failure()).isNull();
        assertThat(brokers.streams).hasSize(2);
    }

    @Test
    void aBadGroupIsRefusedAlreadyByTheSearch() {
        story.subscribed("songs");
        brokers.lastFind().listener().failed(refusal(ErrorCode.INVALID_GROUP_ID));
        story.after(0);
        assertThat(story.snapshot().failure().code()).isEqualTo(ErrorCode.INVALID_GROUP_ID);
    }

    @Test
    void leavingWaitsForTheEndOfTheStreamButNotForLong() {
        story.holding(1, 0);
        AtomicBoolean gone = new AtomicBoolean();
        story.core.membership().leave(() -> gone.set(true));
        assertThat(stream().left).isTrue();
        assertThat(gone).isFalse();
        story.after(1_000);
        assertThat(gone).isFalse();
        story.after(1_000);
        assertThat(gone).isTrue();
        assertThat(stream().closed).isTrue();
    }

    @Test
    void aSubscriptionDuringTheGoodbyeJoinsAfterIt() {
        story.holding(1, 0);
        story.core.membership().leave(() -> {});
        story.subscribed("poems");
        assertThat(brokers.streams).hasSize(1);
        stream().listener.broken(GONE);
        story.after(0);
        assertThat(brokers.streams).hasSize(2);
        assertThat(stream().hello.memberEpoch()).isZero();
        assertThat(stream().hello.subscription().topics()).isEqualTo(List.of("poems"));
    }

    @Test
    void aMemberThatIsNotPolledLeavesAndComesBackWhenItIs() {
        story.holding(1, 0);
        story.polls.left(story.now());
        story.alive(GroupStory.POLL_MS_MAX - 1_000);
        assertThat(stream().left).isFalse();
        story.alive(2_000);
        assertThat(stream().left).isTrue();
        assertThat(story.snapshot().idle()).isTrue();
        assertThat(story.snapshot().life()).isEqualTo(1);
        stream().listener.broken(GONE);
        story.after(10_000);
        assertThat(brokers.streams).hasSize(1);
        story.polls.entered();
        story.core.membership().comeBack();
        story.after(0);
        assertThat(brokers.streams).hasSize(2);
        assertThat(story.snapshot().idle()).isFalse();
    }

    @Test
    void aLongPollIsNoSilence() {
        story.polls.entered();
        story.holding(1, 0);
        story.alive(GroupStory.POLL_MS_MAX * 2);
        assertThat(stream().left).isFalse();
    }
}
