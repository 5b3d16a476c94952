package io.flotilla.broker.partition;

import static io.flotilla.broker.partition.PartitionStory.EPOCH;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.broker.isr.EpochEnd;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** A follower towards its leader. */
class FollowingTest {

    @Test
    void followerAsksFromItsEndAndAgainAfterEachAnswer() {
        var partition = PartitionStory.synced().follows(2, EPOCH);
        assertThat(partition.lastFetch().logEnd()).isZero();
        assertThat(partition.lastFetch().lastEpoch()).isEqualTo(EpochEnd.NO_EPOCH);
        partition.answered(2, 0, TestBatches.stored(0, EPOCH, 1, 2));
        assertThat(partition.log().logEnd()).isEqualTo(2);
        assertThat(partition.asked.get(1).wish()).isEqualTo(new ReplicaWish.Fetch(2, 0, EPOCH, 0, 1 << 20));
    }

    @Test
    void syncedFollowerReportsOnlyWhatIsOnItsDisk() {
        var partition = PartitionStory.synced().holdingSyncs().follows(2, EPOCH);
        partition.answered(2, 0, TestBatches.stored(0, EPOCH, 1, 2));
        assertThat(partition.lastFetch().reportedOffset()).isZero();
        partition.syncsFinish();
        assertThat(partition.lastAsked().wish()).isEqualTo(new ReplicaWish.Report(2));
    }

    @Test
    void replicatedFollowerReportsWhatItHolds() {
        var partition = PartitionStory.replicated().holdingSyncs().follows(2, EPOCH);
        partition.answered(2, 0, TestBatches.stored(0, EPOCH, 1, 2));
        assertThat(partition.lastFetch().reportedOffset()).isEqualTo(2);
    }

    @Test
    void r1FollowerCutsBackAndAsksAgainUntilItAgrees() {
        var partition = PartitionStory.synced().follows(2, 3).answered(2, 0, TestBatches.stored(0, 3, 1, 2));
        partition.follows(3, 5).answered(3, 0, TestBatches.stored(2, 5, 3, 4));
        partition.follows(2, EPOCH).diverges(2, 4, 3); // epoch 4 is not here: own end of epoch 3
        assertThat(partition.log().logEnd()).isEqualTo(2);
        assertThat(partition.lastFetch().lastEpoch()).isEqualTo(3);
        partition.diverges(2, 3, 1);
        assertThat(partition.log().logEnd()).isZero(); // the batch of two records is cut as a whole
        assertThat(partition.answered(2, 1, TestBatches.stored(0, 3, 9)).log().logEnd())
                .isEqualTo(1);
    }

    @Test
    void r1WithoutACommonEpochTheFollowerRestartsAtTheLeadersLogStart() {
        var partition = PartitionStory.synced().follows(2, 3).answered(2, 0, TestBatches.stored(0, 3, 1, 2));
        partition.follows(3, EPOCH).diverges(3, EpochEnd.NO_EPOCH, 0);
        assertThat(partition.log().logEnd()).isZero();
        assertThat(partition.lastFetch().lastEpoch()).isEqualTo(EpochEnd.NO_EPOCH);
    }

    @Test
    void r9FollowerTruncatesBeforeItAdoptsTheWatermark() {
        var partition = PartitionStory.synced().follows(2, 3).answered(2, 1, TestBatches.stored(0, 3, 1));
        partition.answered(2, 1, TestBatches.stored(1, 3, 2));
        partition.follows(3, EPOCH).answered(3, partition.lastAsked(), 2, new EpochEnd(3, 1), ByteBuffer.allocate(0));
        assertThat(partition.log().logEnd()).isEqualTo(1);
        assertThat(partition.status().highWatermark()).isEqualTo(1); // not 2, although the leader said so
        partition.answered(3, 2, TestBatches.stored(1, EPOCH, 9));
        assertThat(partition.status().highWatermark()).isEqualTo(2);
        assertThat(partition.events).isEmpty();
    }

    @Test
    void r10AnswersToEarlierQuestionsAreDropped() {
        var partition = PartitionStory.synced().follows(2, EPOCH);
        ReplicaQuestion first = partition.lastAsked();
        partition.partition.onStreamOpened(2);
        partition.settle().answered(2, first, 0, null, TestBatches.stored(0, EPOCH, 1));
        assertThat(partition.log().logEnd()).isZero();
        partition.answered(2, 0, TestBatches.stored(0, EPOCH, 2));
        assertThat(partition.log().logEnd()).isEqualTo(1);
    }

    @Test
    void r10BatchesAboveTheFollowersEpochAreDiscarded() {
        var partition = PartitionStory.synced().follows(2, EPOCH);
        partition.answered(2, 0, TestBatches.stored(0, EPOCH + 1, 1));
        assertThat(partition.log().logEnd()).isZero();
        assertThat(partition.events).hasSize(1);
        int asked = partition.asked.size();
        assertThat(partition.after(100).asked).hasSizeGreaterThan(asked); // and it goes on
    }

    @Test
    void r10CorruptAnswerNeverStopsTheFollower() {
        var partition = PartitionStory.synced().follows(2, EPOCH);
        ByteBuffer corrupt = TestBatches.stored(0, EPOCH, 1);
        corrupt.put(corrupt.limit() - 1, (byte) 99);
        partition.answered(2, 0, corrupt);
        assertThat(partition.log().logEnd()).isZero();
        partition.after(100).answered(2, 1, TestBatches.stored(0, EPOCH, 1));
        assertThat(partition.log().logEnd()).isEqualTo(1);
    }

    @Test
    void r10AnswerOfAnotherBrokerIsDropped() {
        var partition = PartitionStory.synced().follows(2, EPOCH);
        partition.answered(3, 0, TestBatches.stored(0, EPOCH, 1));
        assertThat(partition.log().logEnd()).isZero();
    }

    @Test
    void r11TruncationTrimsTheEpochHistoryEvenAtTheEnd() {
        var partition = PartitionStory.synced().follows(2, 3).answered(2, 0, TestBatches.stored(0, 3, 1));
        partition.follows(3, 5).answered(3, 0, TestBatches.stored(1, 5, 2));
        partition.follows(2, EPOCH).diverges(2, 3, 1);
        assertThat(partition.log().endOf(5)).isEqualTo(new EpochEnd(3, 1));
        assertThat(partition.log().lastEpoch()).isEqualTo(3);
    }

    @Test
    void droppedCommittedRecordsAreReported() {
        var partition = PartitionStory.synced().follows(2, 3).answered(2, 1, TestBatches.stored(0, 3, 1));
        partition.follows(3, EPOCH).diverges(3, EpochEnd.NO_EPOCH, 0);
        assertThat(partition.events).containsExactly("committed truncated at 0 below 1");
    }

    @Test
    void olderMetadataIsIgnored() {
        var partition = PartitionStory.synced().follows(2, EPOCH).follows(3, EPOCH - 1);
        assertThat(partition.status().leaderId()).isEqualTo(2);
        assertThat(partition.leadsIn(EPOCH - 1, 1, 2).status().role()).isEqualTo(PartitionStatus.Role.FOLLOWER);
    }

    @Test
    void restartedFollowerDoesNotFollowMetadataOlderThanItsLog() {
        var partition = PartitionStory.synced().follows(2, EPOCH).answered(2, 0, TestBatches.stored(0, EPOCH, 1));
        var restarted = PartitionStory.restartedFrom(partition).follows(3, EPOCH - 1);
        assertThat(restarted.status().role()).isEqualTo(PartitionStatus.Role.IDLE); // broker 3 was deposed before
        assertThat(restarted.leadsIn(EPOCH - 1, 1, 2).status().role()).isEqualTo(PartitionStatus.Role.IDLE);
        assertThat(restarted.follows(2, EPOCH).lastFetch().logEnd()).isEqualTo(1);
    }

    @Test
    void followerTellsItsOldLeaderThatItStops() {
        var partition = PartitionStory.synced().follows(2, EPOCH).leadsIn(EPOCH + 1, 1, 2);
        assertThat(partition.lastAsked().wish()).isEqualTo(new ReplicaWish.Stop());
        assertThat(partition.lastAsked().leaderEpoch()).isEqualTo(EPOCH);
    }

    @Test
    void replicasOfEveryDutyGiveTheRangeOfTheirDigest() {
        var partition = PartitionStory.synced().follows(2, EPOCH).answered(2, 1, TestBatches.stored(0, EPOCH, 1));
        var heard = new Heard<DigestRange>();
        partition.partition.digestRange(-1, -1, heard);
        partition.settle();
        assertThat(heard.get().startOffset()).isZero();
        assertThat(heard.get().endOffset()).isEqualTo(1);
    }
}
