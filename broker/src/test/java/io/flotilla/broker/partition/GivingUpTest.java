package io.flotilla.broker.partition;

import static io.flotilla.broker.partition.PartitionStory.EPOCH;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.Outcome;
import io.flotilla.model.image.Durability;
import io.flotilla.model.image.LogSettings;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How leaders and followers give records up, by age and because somebody asks. */
class GivingUpTest {
    private static final long WEEK_MS = 7 * 24 * 3_600_000L;

    /** A leader of three records, all committed; follower 2 is in sync. */
    private static PartitionStory leader() {
        var partition = PartitionStory.synced().leads(1, 2);
        partition.produce(Acks.ALL, TestBatches.at(partition.clock.wallMs(), 1, 2, 3));
        partition.fetchedBy(2, 3, EPOCH);
        return partition;
    }

    // ---- because somebody asks -----------------------------------------------------------------------------------

    @Test
    void deletionIsAnsweredOnceEveryInSyncReplicaHasFollowed() {
        var partition = leader();
        assertThat(partition.status().highWatermark()).isEqualTo(3);
        var held = partition.fetchedBy(2, 3, EPOCH);
        var deleted = partition.deletesBelow(2, 10_000);
        assertThat(partition.status().logStart()).isEqualTo(2);
        assertThat(deleted.isSilent()).isTrue();

        partition.after(50);
        assertThat(held.get().header().logStart())
                .as("an idle follower hears of it")
                .isEqualTo(2);
        assertThat(partition.fetchedFrom(2, 1, 3).isSilent()).isTrue();
        assertThat(deleted.isSilent()).isTrue();
        partition.fetchedFrom(2, 2, 3);
        partition.after(50);
        assertThat(deleted.get()).isEqualTo(2);
    }

    @Test
    void followerThatDoesNotSayThatItFollowedIsToldAgainWhileSomebodyWaits() {
        var partition = leader();
        var deleted = partition.deletesBelow(2, 10_000);
        for (int i = 0; i < 3; i++) {
            var held = partition.fetchedFrom(2, 0, 3);
            partition.after(50);
            assertThat(held.get().header().logStart()).isEqualTo(2);
        }
        partition.fetchedFrom(2, 2, 3);
        assertThat(partition.after(50).fetchedFrom(2, 2, 3).isSilent()).isTrue();
        assertThat(deleted.get()).isEqualTo(2);
        partition.after(150);
        assertThat(partition.loop.nextTickNanos()).as("and then it is idle").isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void theLeadersOwnNoteIsWaitedForToo() {
        var partition = leader();
        partition.fetchedFrom(2, 2, 3);
        partition.holdingSyncs();
        var deleted = partition.deletesBelow(2, 10_000);
        partition.fetchedFrom(2, 2, 3);
        assertThat(partition.after(100).status().logStart()).isEqualTo(2);
        assertThat(deleted.isSilent()).isTrue();
        partition.syncsFinish();
        assertThat(deleted.get()).isEqualTo(2);
    }

    @Test
    void whoWouldBringDeletedRecordsBackDoesNotJoinTheIsr() {
        var partition = leader();
        partition.deletesBelow(2, 10_000);
        partition.fetchedFrom(2, 2, 3);
        for (int i = 0; i < 3; i++) {
            var held = partition.fetchedFrom(3, 0, 3);
            partition.after(50);
            assertThat(held.get().header().logStart())
                    .as("it is told as often as it asks")
                    .isEqualTo(2);
        }
        assertThat(partition.proposals).isEmpty();
        partition.fetchedFrom(3, 2, 3);
        assertThat(partition.proposals.get(0).brokerIds()).containsExactly(1, 2, 3);
    }

    @Test
    void belowMinIsrNobodyIsToldThatRecordsAreGone() {
        var partition = leader();
        partition.leadsWith(EPOCH, 1, 2, 1);
        var deleted = partition.deletesBelow(2, 10_000);
        assertThat(partition.after(100).status().logStart()).isEqualTo(2);
        assertThat(deleted.isSilent()).isTrue();
        partition.leadsWith(EPOCH, 2, 2, 1, 2).fetchedFrom(2, 2, 3);
        assertThat(partition.after(50).status().isr()).containsExactly(1, 2);
        assertThat(deleted.get()).isEqualTo(2);
    }

    @Test
    void minusOneMeansTheHighWatermarkAndWhatIsNotCommittedStays() {
        var partition = leader();
        partition.produce(Acks.ALL, 4);
        partition.fetchedFrom(2, 3, 3);
        var deleted = partition.deletesBelow(DeletionQuestion.COMMITTED, 10_000);
        partition.fetchedFrom(2, 3, 3);
        partition.after(50);
        assertThat(deleted.get()).isEqualTo(3);
        assertThat(partition.status().logStart()).isEqualTo(3);
        assertThat(partition.status().logEnd()).isEqualTo(4);
    }

    @Test
    void aboveTheHighWatermarkNothingCanBeDeleted() {
        var partition = leader();
        partition.produce(Acks.ALL, 4);
        var refused = partition.deletesBelow(4, 10_000);
        assertThat(refused.error().code()).isEqualTo(ErrorCode.OFFSET_OUT_OF_RANGE);
        assertThat(refused.error().message()).contains("high watermark 3", "not 4");
        assertThat(partition.deletesBelow(-2, 10_000).error().code()).isEqualTo(ErrorCode.OFFSET_OUT_OF_RANGE);
        assertThat(partition.status().logStart()).isZero();
    }

    @Test
    void whatIsGoneAlreadyIsNoError() {
        var partition = leader();
        partition.fetchedFrom(2, 3, 3);
        partition.deletesBelow(3, 10_000);
        assertThat(partition.after(50).deletesBelow(1, 10_000).get()).isEqualTo(3);
    }

    @Test
    void aFollowerThatDoesNotComeInTimeLeavesTheOutcomeOpen() {
        var partition = leader();
        var deleted = partition.deletesBelow(2, 200);
        partition.after(250);
        assertThat(deleted.error().code()).isEqualTo(ErrorCode.REQUEST_TIMED_OUT);
        assertThat(deleted.error().outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(partition.status().logStart()).as("it is done here").isEqualTo(2);
    }

    @Test
    void theEndOfTheLeadershipLeavesTheOutcomeOpen() {
        var partition = leader();
        var deleted = partition.deletesBelow(2, 10_000);
        partition.follows(2, EPOCH + 1);
        assertThat(deleted.error().code()).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
        assertThat(deleted.error().outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(partition.deletesBelow(2, 100).error().outcome()).isEqualTo(Outcome.NOT_APPLIED);
    }

    @Test
    void aFetchBelowTheStartIsToldWhereTheLogStarts() {
        var partition = leader();
        partition.deletesBelow(2, 10_000);
        var refused = partition.consume(0, 0);
        assertThat(refused.error().code()).isEqualTo(ErrorCode.OFFSET_OUT_OF_RANGE);
        assertThat(refused.error().message()).contains("offset 0", "[2, 3]");
        assertThat(partition.consume(2, 0).get().logStart()).isEqualTo(2);
    }

    // ---- followers -----------------------------------------------------------------------------------------------

    @Test
    void followerStartsWhereItsLeaderDoesAndSaysSoOnceThatIsOnItsDisk() {
        var partition = PartitionStory.synced().follows(2, EPOCH).answered(2, 3, TestBatches.stored(0, EPOCH, 1, 2, 3));
        partition.holdingSyncs().answeredFrom(2, 2, 3);
        assertThat(partition.status().logStart()).isEqualTo(2);
        assertThat(partition.lastFetch().logStart()).isZero();
        partition.syncsFinish().answeredFrom(2, 2, 3);
        assertThat(partition.lastFetch().logStart()).isEqualTo(2);
        assertThat(PartitionStory.restartedFrom(partition).log().logStart()).isEqualTo(2);
    }

    @Test
    void anEmptyFollowerTakesTheBatchWithinWhichItsLeaderStarts() {
        var partition = PartitionStory.synced().follows(2, EPOCH).answeredFrom(2, 2, 3);
        assertThat(partition.lastFetch().logEnd()).isEqualTo(2);
        partition.answeredFrom(2, 2, 3, TestBatches.stored(0, EPOCH, 1, 2, 3));
        assertThat(partition.events).isEmpty();
        assertThat(partition.status().logStart()).isEqualTo(2);
        assertThat(partition.status().logEnd()).isEqualTo(3);
        assertThat(partition.lastFetch().lastEpoch()).isEqualTo(EPOCH);
        partition.answeredFrom(2, 2, 4, TestBatches.stored(3, EPOCH, 4));
        assertThat(partition.lastFetch().logStart()).isEqualTo(2);
        var restarted = PartitionStory.restartedFrom(partition).log();
        assertThat(restarted.logStart()).isEqualTo(2);
        assertThat(restarted.logEnd()).isEqualTo(4);
    }

    @Test
    void followerThatEndsWhereItsLeaderStartsKeepsWhatItKnowsOfProducers() {
        var partition = PartitionStory.synced().follows(2, EPOCH).answered(2, 3, TestBatches.stored(0, EPOCH, 1, 2, 3));
        partition.answeredFrom(2, 3, 3);
        assertThat(partition.status().logStart()).isEqualTo(3);
        assertThat(partition.lastFetch().lastEpoch()).isEqualTo(EPOCH);
        var leader = leader();
        leader.deletesBelow(3, 10_000);
        assertThat(leader.fetchedBy(2, 3, EPOCH).isSilent())
                .as("no divergence is seen where nothing is left to compare")
                .isTrue();
    }

    // ---- by age --------------------------------------------------------------------------------------------------

    @Test
    void leaderGivesUpWhatIsTooOldAndFollowersWaitForIt() {
        var partition = leader();
        partition.clock.passMs(WEEK_MS + 10_000);
        partition.partition.retain();
        assertThat(partition.settle().status().logStart()).isEqualTo(3);

        var follower = PartitionStory.synced().follows(2, EPOCH).answered(2, 3, TestBatches.stored(0, EPOCH, 1, 2, 3));
        follower.clock.passMs(WEEK_MS + 10_000);
        follower.partition.retain();
        assertThat(follower.settle().status().logStart()).isZero();
    }

    @Test
    void whatIsNotCommittedIsKeptWhateverItsAge() {
        var partition = PartitionStory.synced().leads(1, 2);
        partition.produce(Acks.LEADER, 1, 2, 3);
        partition.clock.passMs(WEEK_MS + 10_000);
        partition.partition.retain();
        assertThat(partition.settle().status().logStart()).isZero();
    }

    @Test
    void aNewRetentionHoldsWithoutARestart() {
        var partition = leader();
        partition.clock.passMs(10_000);
        partition.partition.retain();
        assertThat(partition.settle().status().logStart()).isZero();
        partition.partition.configure(
                new TopicBounds(Durability.SYNCED, 1_000, LogSettings.of(Map.of("retention.ms", "5000"))));
        partition.settle().partition.retain();
        assertThat(partition.settle().status().logStart()).isEqualTo(3);
    }
}
