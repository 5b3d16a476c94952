package io.flotilla.broker.partition;

import static io.flotilla.broker.partition.PartitionStory.EPOCH;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.broker.isr.EpochEnd;
import io.flotilla.broker.log.CorruptLogException;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.Outcome;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What became bad in a log that is in use is found by whoever reads it, and only the own bytes are believed (R19). */
class SuspicionTest {
    private static final String SEGMENT = "p/00000000000000000000.log";

    // ---- the follower that was sent bad bytes --------------------------------------------------------------------

    @Test
    void aFollowerTellsTheLeaderOncePerAnswerThatHoldsNoGoodBatches() {
        var partition = PartitionStory.synced().follows(2, EPOCH);
        ByteBuffer corrupt = TestBatches.stored(0, EPOCH, 1);
        corrupt.put(corrupt.limit() - 1, (byte) 99);
        partition.answered(2, 0, corrupt.duplicate());
        assertThat(partition.lastAsked().wish()).isEqualTo(new ReplicaWish.Suspicion(0, 0));
        partition.after(40);
        assertThat(suspicions(partition)).isOne();
        partition.after(50).answered(2, 0, corrupt.duplicate());
        assertThat(suspicions(partition)).isEqualTo(2);
        partition.after(100).answered(2, 1, TestBatches.stored(0, EPOCH, 1));
        assertThat(partition.log().logEnd()).isEqualTo(1);
        assertThat(suspicions(partition)).isEqualTo(2);
    }

    private static long suspicions(PartitionStory partition) {
        return partition.asked.stream()
                .filter(question -> question.wish() instanceof ReplicaWish.Suspicion)
                .count();
    }

    // ---- the leader that hears of it -----------------------------------------------------------------------------

    @Test
    void aSuspicionOfGoodBytesChangesNothing() {
        var partition = led();
        for (long offset : new long[] {-1, 0, 1, 2, 3, 4, Long.MAX_VALUE}) {
            suspectedBy(2, partition, offset);
        }
        assertThat(partition.status().role()).isEqualTo(PartitionStatus.Role.LEADER);
        assertThat(partition.events).isEmpty();
        assertThat(partition.produce(Acks.LEADER, 5).get().baseOffset()).isEqualTo(3);
    }

    @Test
    void aLeaderWhoseOwnBytesAreBadStopsAndReportsIt() {
        var partition = led();
        var waiting = partition.produce(Acks.ALL, 4);
        spoilSecondBatch(partition);
        suspectedBy(2, partition, 0);

        assertThat(partition.status().role()).isEqualTo(PartitionStatus.Role.IDLE);
        assertThat(partition.events).containsExactly("damaged at 1");
        assertThat(waiting.outcome()).isEqualTo(Outcome.UNKNOWN);
        var refused = partition.produce(Acks.ALL, 5);
        assertThat(refused.code()).isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR);
        assertThat(refused.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        assertThat(refused.error().message()).contains(SEGMENT, "damaged from offset 1");
        assertThat(partition.storage.health().isOffline()).isFalse();
    }

    @Test
    void damageInWhatWasGivenUpMeanwhileIsNobodys() {
        var partition = led().holdingSyncs();
        spoilSecondBatch(partition);
        suspectedBy(2, partition, 0);
        partition.deletesBelow(2, 10_000);
        partition.syncsFinish();
        assertThat(partition.events).isEmpty();
        assertThat(partition.status().role()).isEqualTo(PartitionStatus.Role.LEADER);
        assertThat(partition.status().logStart()).isEqualTo(2);
    }

    @Test
    void nobodyHearsOfTheDamageBeforeARestartWouldKnowOfIt() {
        var partition = led().holdingSyncs();
        spoilSecondBatch(partition);
        suspectedBy(2, partition, 0);
        assertThat(partition.events).isEmpty();
        partition.syncsFinish();
        assertThat(partition.events).hasSize(1);
        assertThat(PartitionStory.restartedFrom(partition).log().damage()).isNotNull();
    }

    @Test
    void damageThatALaterFetchDoesNotReachIsNoneOfTheSuspicion() {
        var partition = led();
        spoilSecondBatch(partition);
        suspectedBy(2, partition, 2);
        assertThat(partition.status().role()).isEqualTo(PartitionStatus.Role.LEADER);
    }

    @Test
    void strangersAndEarlierEpochsAreNotBelieved() {
        var partition = led();
        spoilSecondBatch(partition);
        partition.fetchedBy(2, 3, EPOCH);
        ReplicaWish wish = new ReplicaWish.Suspicion(0, 0);
        partition.asks(2, new ReplicaQuestion(EPOCH - 1, 42, 1, 0, wish));
        partition.asks(9, new ReplicaQuestion(EPOCH, 49, 1, 0, wish));
        assertThat(partition.status().role()).isEqualTo(PartitionStatus.Role.LEADER);
        assertThat(partition.log().damage()).isNull();
    }

    /** Its fetches do not count before it has given that up, for which it needs a good answer. */
    @Test
    void whoHasNotGivenUpWhatWasDeletedIsHeardAllTheSame() {
        var partition = led();
        partition.fetchedBy(2, 3, EPOCH);
        partition.deletesBelow(1, 10_000);
        spoilSecondBatch(partition);
        partition.fetchedFrom(3, 0, 1);
        partition.asks(3, new ReplicaQuestion(EPOCH, 43, 1, 0, new ReplicaWish.Suspicion(1, 1)));
        assertThat(partition.status().role()).isEqualTo(PartitionStatus.Role.IDLE);
        assertThat(partition.events).containsExactly("damaged at 1");
    }

    @Test
    void aSuspicionIsAReportToo() {
        var partition = PartitionStory.synced().leads(1, 2);
        partition.produce(Acks.LEADER, 1);
        partition.fetchedBy(2, 0, EpochEnd.NO_EPOCH);
        partition.asks(2, new ReplicaQuestion(EPOCH, 42, 1, 0, new ReplicaWish.Suspicion(1, 1)));
        assertThat(partition.status().highWatermark()).isEqualTo(1);
    }

    // ---- whoever else reads --------------------------------------------------------------------------------------

    @Test
    void whatAReaderBesideTheLoopFindsStopsTheLeaderToo() {
        var partition = led();
        var slice = partition.log().view().read(0, 1 << 20, 3);
        partition.storage.disk().open(SEGMENT).truncate(10);
        assertThat(catchCorruption(slice::copy)).isTrue();
        slice.close();
        partition.settle();
        assertThat(partition.status().role()).isEqualTo(PartitionStatus.Role.IDLE);
        assertThat(partition.events).hasSize(1);
    }

    private static boolean catchCorruption(Runnable read) {
        try {
            read.run();
            return false;
        } catch (CorruptLogException expected) {
            return true;
        }
    }

    // ---- afterwards ----------------------------------------------------------------------------------------------

    @Test
    void aDamagedReplicaNeitherLeadsNorFollowsInThisRun() {
        var partition = led();
        spoilSecondBatch(partition);
        suspectedBy(2, partition, 0);
        int asked = partition.asked.size();
        partition.leadsIn(EPOCH + 1, 1, 2);
        assertThat(partition.status().role()).isEqualTo(PartitionStatus.Role.IDLE);
        assertThat(partition.status().leaderEpoch()).isEqualTo(EPOCH + 1);
        partition.follows(2, EPOCH + 2);
        assertThat(partition.status().role()).isEqualTo(PartitionStatus.Role.IDLE);
        assertThat(partition.asked).hasSize(asked);
        assertThat(partition.produce(Acks.ALL, 5).error().message()).contains("damaged from offset 1");
    }

    @Test
    void aStopWaitsForWhatIsUnderWayInTheFolder() {
        var partition = led().holdingSyncs();
        spoilSecondBatch(partition);
        suspectedBy(2, partition, 0);
        List<String> stopped = new ArrayList<>();
        partition.partition.stop(() -> stopped.add("stopped"));
        partition.settle();
        assertThat(stopped).isEmpty();
        partition.syncsFinish();
        assertThat(stopped).hasSize(1);
    }

    /** Three batches of one record each. */
    private static PartitionStory led() {
        var partition = PartitionStory.synced().leads(1, 2);
        for (int value = 1; value <= 3; value++) {
            partition.produce(Acks.LEADER, value);
        }
        return partition;
    }

    private static void spoilSecondBatch(PartitionStory partition) {
        int batch = TestBatches.of(1).remaining();
        partition.storage.disk().flipBit(SEGMENT, 2L * batch - 1, 3);
    }

    private static void suspectedBy(int follower, PartitionStory partition, long offset) {
        partition.fetchedBy(follower, 3, EPOCH); // leaders hear nothing of replicas that have not fetched
        ReplicaWish wish = new ReplicaWish.Suspicion(offset, 0);
        assertThat(partition
                        .asks(follower, new ReplicaQuestion(EPOCH, 40 + follower, 1, 0, wish))
                        .isSilent())
                .isTrue();
    }
}
