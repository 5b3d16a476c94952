package io.flotilla.broker.partition;

import static io.flotilla.broker.partition.PartitionStory.EPOCH;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.broker.isr.EpochEnd;
import io.flotilla.model.disk.DiskException;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.Outcome;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** Whoever meets a log that fails, or waits when it does, hears of it at once and exactly. */
class FailingLogTest {
    private static final String SEGMENT = "p/00000000000000000000.log";

    // ---- writers -------------------------------------------------------------------------------------------------

    @Test
    void aWriteThatFailedHalfwayThroughTheBatchesMayHaveBeenApplied() {
        var partition = PartitionStory.synced().leadsWith(EPOCH, 0, 1, 1);
        ByteBuffer first = TestBatches.of(1);
        partition.storage.disk().limitFreeBytes(first.remaining() + 10);
        var refused = partition.produce(Acks.ALL, TestBatches.together(first, TestBatches.of(2)));
        assertThat(refused.code()).isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR);
        assertThat(refused.outcome()).isEqualTo(Outcome.UNKNOWN); // the cut is not synced: a crash may bring it back
        partition.storage.disk().limitFreeBytes(1 << 20);
        assertThat(partition.produce(Acks.ALL, 3).get().baseOffset()).isZero();
    }

    @Test
    void inADirectoryThatFailedBeforeNothingIsApplied() {
        var partition = PartitionStory.synced().leadsWith(EPOCH, 0, 1, 1);
        partition.storage.health().fail(new DiskException(DiskException.Kind.SYNC_FAILED, "another log's sync"));
        var refused = partition.produce(Acks.ALL, 1);
        assertThat(refused.code()).isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR);
        assertThat(refused.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        assertThat(partition.status().role()).isEqualTo(PartitionStatus.Role.OFFLINE);
    }

    @Test
    void anAppendThatWaitsMayHaveBeenApplied() {
        var partition = PartitionStory.synced().leads(1, 2).holdingSyncs();
        var waiting = partition.produce(Acks.ALL, 1);
        partition.storage.disk().failSyncs(true);
        partition.syncsFinish();
        assertThat(waiting.code()).isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR);
        assertThat(waiting.outcome()).isEqualTo(Outcome.UNKNOWN);
    }

    @Test
    void whatNoRestartWouldKnowToBeSyncedIsNotAcknowledgedUntilItWould() {
        var partition = PartitionStory.synced().leadsWith(EPOCH, 0, 1, 1);
        partition.storage.limitNotes(true);
        var waiting = partition.produce(Acks.ALL, 1);
        var leaderOnly = partition.produce(Acks.LEADER, 2);
        partition.after(2_000);
        assertThat(waiting.isSilent()).isTrue();
        assertThat(leaderOnly.isSilent()).isTrue();
        assertThat(partition.status().reportedOffset()).isZero();

        partition.storage.limitNotes(false);
        partition.after(1_000);
        assertThat(waiting.get().baseOffset()).isZero();
        assertThat(leaderOnly.get().baseOffset()).isEqualTo(1);
    }

    @Test
    void onADiskThatStaysFullTheAppendEndsAsUnknown() {
        var partition = PartitionStory.synced().leadsWith(EPOCH, 0, 1, 1);
        partition.storage.limitNotes(true);
        var waiting = partition.produce(Acks.ALL, TestBatches.of(1), 1_000);
        partition.after(1_100);
        assertThat(waiting.code()).isEqualTo(ErrorCode.REQUEST_TIMED_OUT);
        assertThat(waiting.outcome()).isEqualTo(Outcome.UNKNOWN);
    }

    @Test
    void aFollowerReportsOnlyWhatARestartWouldKnowToBeSynced() {
        var partition = PartitionStory.synced().follows(2, EPOCH);
        partition.storage.limitNotes(true);
        partition.answered(2, 0, TestBatches.stored(0, EPOCH, 1)).after(1_000);
        assertThat(partition.log().logEnd()).isEqualTo(1);
        assertThat(partition.status().reportedOffset()).isZero();

        partition.storage.limitNotes(false);
        partition.after(1_000);
        assertThat(partition.lastAsked().wish()).isEqualTo(new ReplicaWish.Report(1));
    }

    // ---- leaders of it -------------------------------------------------------------------------------------------

    @Test
    void aFollowerInADirectoryThatFailedAsksNoMore() {
        var partition = PartitionStory.replicated().follows(2, EPOCH);
        partition.storage.health().fail(new DiskException(DiskException.Kind.IO, "another log's append"));
        partition.answered(2, 0, ByteBuffer.allocate(0));
        assertThat(partition.lastAsked().wish()).isEqualTo(new ReplicaWish.Stop());
        assertThat(partition.status().role()).isEqualTo(PartitionStatus.Role.OFFLINE);
    }

    @Test
    void aFollowerWithoutSpaceGoesOnByItselfOnceThereIsSome() {
        var partition = PartitionStory.synced().follows(2, EPOCH).answered(2, 0, TestBatches.stored(0, EPOCH, 1));
        partition.storage.disk().limitFreeBytes(20);
        for (int attempt = 0; attempt < 3; attempt++) {
            partition.answered(2, 1, TestBatches.stored(1, EPOCH, 2));
            partition.after(1_000);
        }
        assertThat(partition.status().role()).isEqualTo(PartitionStatus.Role.FOLLOWER);
        assertThat(partition.log().logEnd()).isEqualTo(1);
        assertThat(partition.storage.health().isOffline()).isFalse();
        assertThat(partition.events).containsExactly("full"); // told once

        partition.storage.disk().limitFreeBytes(1 << 20);
        partition.answered(2, 1, TestBatches.stored(1, EPOCH, 2));
        assertThat(partition.log().logEnd()).isEqualTo(2);
        assertThat(partition.status().reportedOffset()).isEqualTo(2);
    }

    @Test
    void aFollowerThatCannotNoteATruncationCutsLater() {
        var partition = PartitionStory.synced().follows(2, EPOCH).answered(2, 0, TestBatches.stored(0, EPOCH, 1));
        partition.answered(2, 0, TestBatches.stored(1, EPOCH, 2));
        partition.storage.limitNotes(true);
        partition.follows(3, EPOCH + 1).diverges(3, EPOCH, 1);
        assertThat(partition.log().logEnd()).isEqualTo(2);
        assertThat(partition.status().role()).isEqualTo(PartitionStatus.Role.FOLLOWER);

        partition.storage.limitNotes(false);
        partition.after(1_000).diverges(3, EPOCH, 1);
        assertThat(partition.log().logEnd()).isEqualTo(1);
    }

    // ---- readers -------------------------------------------------------------------------------------------------

    @Test
    void theFetchThatMeetsTheDamageIsAnswered() {
        var partition = damaged();
        var fetch = partition.consume(0, 30_000);
        assertThat(fetch.code()).isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR);
        assertThat(fetch.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        assertThat(fetch.error().message()).contains(SEGMENT);
        assertThat(partition.status().role()).isEqualTo(PartitionStatus.Role.IDLE);
        assertThat(partition.events).containsExactly("damaged at 0");
        assertThat(partition.storage.health().isOffline()).isFalse();
    }

    @Test
    void everyFetchWhoseWaitIsOverWhenTheDamageIsMetIsAnswered() {
        var partition = PartitionStory.synced().leadsWith(EPOCH, 0, 1, 1);
        partition.produce(Acks.ALL, 1);
        var first = new Heard<FetchAnswer>();
        var second = new Heard<FetchAnswer>();
        partition.consume(0, 100, 1 << 16, first);
        partition.consume(0, 100, 1 << 16, second);
        partition.storage.disk().flipBit(SEGMENT, 0, 3);
        partition.after(150);
        assertThat(first.code()).isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR);
        assertThat(second.code()).isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR);
    }

    @Test
    void theFollowerThatMeetsTheDamageAndThoseThatAreHeldAreAnswered() {
        var partition = damaged();
        var upToDate = partition.fetchedBy(3, 1, EPOCH);
        var behind = partition.fetchedBy(2, 0, EpochEnd.NO_EPOCH);
        assertThat(behind.get().header().error().code()).isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR);
        assertThat(upToDate.get().header().error().code()).isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR);
        assertThat(partition.status().role()).isEqualTo(PartitionStatus.Role.IDLE);
    }

    /** A leader whose only batch was spoiled on the disk since. */
    private static PartitionStory damaged() {
        var partition = PartitionStory.synced().leadsWith(EPOCH, 0, 1, 1);
        partition.produce(Acks.ALL, 1);
        partition.storage.disk().flipBit(SEGMENT, 0, 3);
        return partition;
    }
}
