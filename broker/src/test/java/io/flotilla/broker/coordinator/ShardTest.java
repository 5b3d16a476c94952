package io.flotilla.broker.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.broker.coordinator.ShardStory.Member;
import io.flotilla.broker.group.FetchedOffset;
import io.flotilla.broker.group.OffsetResult;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.error.LeaderHint;
import io.flotilla.model.error.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A shard shows nothing that could still be lost, and its groups are what its log says (R18). */
class ShardTest {
    private static final FlotillaError LOST =
            FlotillaError.unknown(ErrorCode.NOT_LEADER_OR_FOLLOWER, "the leadership ended");
    private static final FlotillaError TOO_FEW =
            FlotillaError.notApplied(ErrorCode.NOT_ENOUGH_REPLICAS, "too few replicas");

    private final ShardStory story = new ShardStory();

    // ---- loading -------------------------------------------------------------------------------------------------

    @Test
    void nothingIsAnsweredBeforeTheWholeLogIsCommitted() {
        story.begun();
        assertCommitted(story.commits(7));
        story.log.holdsCommits();
        HeardReply<List<OffsetResult>> second = story.commits(8);

        story.failsOver(); // what the log holds of the second commit is not committed yet
        assertThat(story.fetches().error().code()).isEqualTo(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS);
        assertThat(story.fetches().error().retryAfterMs()).isPositive();
        Member early = story.joins("early");
        assertThat(early.stream().ended().orElseThrow().code()).isEqualTo(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS);

        story.log.commits();
        story.settle();
        assertThat(story.fetches().answer())
                .extracting(FetchedOffset::offset)
                .as("nobody knows of the second commit, but the log has it")
                .containsExactly(8L);
        assertCommitted(second);
    }

    @Test
    void itTriesAgainWhileThePartitionDoesNotLeadYet() {
        story.log.refusesBounds(FlotillaError.notApplied(ErrorCode.UNKNOWN_LEADER_EPOCH, "not yet"));
        story.begun();
        assertThat(story.fetches().error().code()).isEqualTo(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS);

        story.log.answersBounds();
        story.after(500);
        assertThat(story.fetches().answer()).isEmpty();
    }

    // ---- showing -------------------------------------------------------------------------------------------------

    @Test
    void aCommitIsAcknowledgedOnceItIsCommitted() {
        story.begun();
        story.log.holdsCommits();
        HeardReply<List<OffsetResult>> commit = story.commits(7);
        HeardReply<List<FetchedOffset>> read = story.fetches();
        assertThat(commit.isSilent()).isTrue();
        assertThat(read.isSilent()).as("it would show what may be lost").isTrue();

        story.log.commits();
        story.settle();
        assertCommitted(commit);
        assertThat(read.answer()).extracting(FetchedOffset::offset).containsExactly(7L);
    }

    @Test
    void whoOnlyLooksIsAnsweredOnceTheLeadershipIsConfirmed() {
        story.begun();
        assertCommitted(story.commits(7));
        story.log.isIsolated();
        HeardReply<List<FetchedOffset>> read = story.fetches();
        story.after(1_000);
        assertThat(read.isSilent())
                .as("another may lead, and have taken later commits")
                .isTrue();
        story.log.isNotAloneAnyMore();
        story.settle();
        assertThat(read.answer()).extracting(FetchedOffset::offset).containsExactly(7L);

        story.log.isIsolated();
        HeardReply<List<FetchedOffset>> late = story.fetches();
        story.log.isDeposed(FlotillaError.unknown(ErrorCode.NOT_LEADER_OR_FOLLOWER, "another leads"));
        story.settle();
        assertThat(late.error().code()).isEqualTo(ErrorCode.NOT_COORDINATOR);
        assertThat(late.error().outcome()).isEqualTo(Outcome.NOT_APPLIED);
    }

    @Test
    void commitsDuringAnAppendShareTheNext() {
        story.begun();
        story.log.holdsCommits();
        story.commits(1);
        int before = story.log.appends();
        for (int offset = 2; offset < 100; offset++) {
            story.commits(offset);
        }
        assertThat(story.log.appends()).isEqualTo(before);

        story.log.commits();
        story.settle();
        assertThat(story.log.appends()).isEqualTo(before + 1);
        assertThat(story.fetches().answer()).extracting(FetchedOffset::offset).containsExactly(99L);
    }

    @Test
    void anAssignmentIsToldOnceItIsCommitted() {
        story.begun();
        Member member = story.joins("m1");
        assertThat(member.stream().isWelcome()).isTrue();
        story.log.holdsCommits();
        story.after(1_000);
        assertThat(member.stream().partitions()).isEmpty();

        story.log.commits();
        story.after(1_000);
        assertThat(member.stream().partitions()).containsExactly(0, 1);
    }

    // ---- losing --------------------------------------------------------------------------------------------------

    @Test
    void anAppendOfUnknownOutcomeDropsWhatCountedOnIt() {
        story.begun();
        assertCommitted(story.commits(7));
        Member member = story.joins("m1");
        story.after(1_000);
        int epoch = member.stream().last().memberEpoch();
        story.log.holdsCommits();
        HeardReply<List<OffsetResult>> under = story.commits("m1", epoch, 8);
        HeardReply<List<OffsetResult>> later = story.commits("m1", epoch, 9);

        story.log.failsPending(LOST, false);
        story.settle();

        assertThat(under.error().code()).isEqualTo(ErrorCode.NOT_COORDINATOR);
        assertThat(under.error().outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(later.error().outcome()).isEqualTo(Outcome.NOT_APPLIED);
        assertThat(member.stream().ended()).isPresent();
        assertThat(story.fetches().error().code()).isEqualTo(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS);

        story.log.commits();
        story.after(1_000);
        assertThat(story.fetches().answer()).extracting(FetchedOffset::offset).containsExactly(7L);
        Member back = story.comesBack("m1", epoch);
        assertThat(back.stream().isWelcome()).isTrue();
        assertThat(back.stream().last().memberEpoch()).isEqualTo(epoch);
        assertThat(back.stream().partitions()).containsExactly(0, 1);
    }

    @Test
    void appendsThatFailAgainAndAgainAreTriedLessAndLess() {
        story.begun();
        story.log.refusesAppends(TOO_FEW);
        int before = story.log.appends();
        for (int tenth = 0; tenth < 100; tenth++) {
            story.commits(8);
            story.after(100);
        }
        assertThat(story.log.appends() - before).isBetween(5, 15);

        story.log.takesAppends();
        story.after(10_000);
        assertCommitted(story.commits(9));
        story.log.refusesAppends(TOO_FEW);
        assertThat(story.commits(10).error().code()).isEqualTo(ErrorCode.COORDINATOR_NOT_AVAILABLE);
        story.log.takesAppends();
        story.after(200);
        assertCommitted(story.commits(11));
    }

    @Test
    void aRefusedAppendIsCertainAndTheGroupsAreReadAgain() {
        story.begun();
        assertCommitted(story.commits(7));
        story.log.refusesAppends(TOO_FEW);
        HeardReply<List<OffsetResult>> refused = story.commits(8);
        assertThat(refused.error().code()).isEqualTo(ErrorCode.COORDINATOR_NOT_AVAILABLE);
        assertThat(refused.error().outcome()).isEqualTo(Outcome.NOT_APPLIED);

        story.log.takesAppends();
        story.after(1_000);
        assertThat(story.fetches().answer()).extracting(FetchedOffset::offset).containsExactly(7L);
    }

    @Test
    void whoLosesItsEpochSaysWhoIsNext() {
        story.begun();
        Member member = story.joins("m1");
        story.losesItsEpoch();

        FlotillaError told = member.stream().ended().orElseThrow();
        assertThat(told.code()).isEqualTo(ErrorCode.NOT_COORDINATOR);
        assertThat(told.leader()).contains(new LeaderHint(2, "client2:9092", 6));
        assertThat(story.commits(9).error().outcome()).isEqualTo(Outcome.NOT_APPLIED);
    }

    @Test
    void anAppendUnderWayAtTheEndOfTheEpochHearsWhatTheLogSays() {
        story.begun();
        story.log.holdsCommits();
        HeardReply<List<OffsetResult>> under = story.commits(7);
        story.losesItsEpoch();
        assertThat(under.isSilent()).isTrue();

        story.log.failsPending(LOST, true);
        story.settle();
        assertThat(under.error().outcome()).isEqualTo(Outcome.UNKNOWN);
    }

    // ---- failing over --------------------------------------------------------------------------------------------

    @Test
    void aFailOverChangesNothingForMembersThatComeBack() {
        story.begun();
        Member first = story.joins("m1");
        Member second = story.joins("m2");
        story.after(1_000).isHeard(first).isHeard(second).after(1_000);
        int epoch = first.stream().last().memberEpoch();
        List<Integer> held = first.stream().partitions();
        assertThat(held).hasSize(1);
        assertCommitted(story.commits("m1", epoch, 42));

        story.failsOver();
        Member back = story.comesBack("m1", epoch);
        story.comesBack("m2", second.stream().last().memberEpoch());
        story.after(3_000);

        assertThat(back.stream().last().memberEpoch()).isEqualTo(epoch);
        assertThat(back.stream().partitions()).isEqualTo(held);
        assertThat(story.fetches().answer()).extracting(FetchedOffset::offset).containsExactly(42L);
        assertCommitted(story.commits("m1", epoch, 43));
    }

    @Test
    void aMemberWhoseStreamBreaksIsReplacedAfterItsGrace() {
        story.begun();
        Member first = story.joins("m1");
        Member second = story.joins("m2");
        story.after(1_000);

        story.breaks(second).after(1_500);
        assertThat(first.stream().partitions()).hasSize(1);
        story.after(1_000);
        assertThat(first.stream().partitions()).containsExactly(0, 1);
    }

    private static void assertCommitted(HeardReply<List<OffsetResult>> commit) {
        assertThat(commit.answer())
                .allSatisfy(result -> assertThat(result.error()).isEmpty());
    }
}
