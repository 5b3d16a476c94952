package io.flotilla.broker.partition;

import static io.flotilla.broker.partition.PartitionStory.EPOCH;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.broker.log.Flusher;
import io.flotilla.broker.log.RestartableLog;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.LeaderHint;
import io.flotilla.model.error.Outcome;
import io.flotilla.model.image.Durability;
import io.flotilla.model.image.LogSettings;
import io.flotilla.model.record.BatchCheck;
import io.flotilla.model.record.BatchPatch;
import io.flotilla.model.record.BatchView;
import io.flotilla.model.record.Codec;
import io.flotilla.model.record.RecordBatchBuilder;
import java.nio.ByteBuffer;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What producers are told, and when. */
class AppendTest {

    @Test
    void acksAllIsAnsweredWhenTheWatermarkPasses() {
        var partition = PartitionStory.synced().leads(1, 2, 3);
        var ack = partition.produce(Acks.ALL, 1, 2);
        partition.fetchedBy(2, 2, EPOCH);
        assertThat(ack.isSilent()).isTrue();
        partition.fetchedBy(3, 2, EPOCH);
        assertThat(ack.get().baseOffset()).isZero();
        assertThat(ack.get().lastOffset()).isEqualTo(1);
        assertThat(ack.get().durability()).isEqualTo(Durability.SYNCED);
    }

    @Test
    void acksOneOnASyncedTopicWaitsForTheLeadersDisk() {
        var partition = PartitionStory.synced().holdingSyncs().leads(1, 2, 3);
        var ack = partition.produce(Acks.LEADER, 1);
        assertThat(ack.isSilent()).isTrue();
        partition.syncsFinish();
        assertThat(ack.get().lastOffset()).isZero();
    }

    @Test
    void acksOneOnAReplicatedTopicNeedsNoDisk() {
        var partition = PartitionStory.replicated().holdingSyncs().leads(1, 2, 3);
        assertThat(partition.produce(Acks.LEADER, 1).get().lastOffset()).isZero();
    }

    @Test
    void acksAllOnASyncedTopicWaitsForTheLeadersDiskToo() {
        var partition = PartitionStory.synced().holdingSyncs().leads(1, 2);
        var ack = partition.produce(Acks.ALL, 1);
        partition.fetchedBy(2, 1, EPOCH);
        assertThat(ack.isSilent()).isTrue();
        assertThat(partition.syncsFinish().status().highWatermark()).isEqualTo(1);
        assertThat(ack.isSilent()).isFalse();
    }

    @Test
    void acksNoneNeverAnswers() {
        var partition = PartitionStory.synced().leads(1, 2);
        var heard = partition.produce(Acks.NONE, 1);
        var refused = partition.produce(Acks.NONE, ByteBuffer.allocate(0));
        partition.fetchedBy(2, 1, EPOCH);
        assertThat(heard.isSilent()).isTrue();
        assertThat(refused.isSilent()).isTrue();
        assertThat(partition.log().logEnd()).isEqualTo(1);
        assertThat(heard.timesConsumed()).isEqualTo(1);
        assertThat(refused.timesConsumed()).isEqualTo(1);
    }

    @Test
    void whatArrivesTogetherIsSyncedTogether() {
        var partition = PartitionStory.synced().leadsWith(EPOCH, 0, 1, 1);
        long before = partition.storage.disk().syncCount();
        for (int i = 0; i < 10; i++) {
            partition.submit(Acks.ALL, TestBatches.of(i), 1_000);
        }
        partition.settle();
        assertThat(partition.status().highWatermark()).isEqualTo(10);
        assertThat(partition.storage.disk().syncCount() - before)
                .isLessThanOrEqualTo(2); // the file, perhaps its folder
    }

    @Test
    void timeoutAfterTheAppendIsUnknown() {
        var partition = PartitionStory.synced().leads(1, 2, 3);
        var ack = partition.produce(Acks.ALL, TestBatches.of(1), 500);
        partition.after(550);
        assertThat(ack.code()).isEqualTo(ErrorCode.REQUEST_TIMED_OUT);
        assertThat(ack.outcome()).isEqualTo(Outcome.UNKNOWN);
    }

    @Test
    void deadlineBeforeTheAppendIsCertainlyNotApplied() {
        var partition = PartitionStory.synced().leads(1, 2, 3);
        var ack = partition.produce(Acks.ALL, TestBatches.of(1), 0);
        assertThat(ack.code()).isEqualTo(ErrorCode.REQUEST_TIMED_OUT);
        assertThat(ack.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        assertThat(partition.log().logEnd()).isZero();
    }

    @Test
    void r6AcksAllBelowMinIsrIsRefusedBeforeTheAppend() {
        var partition = PartitionStory.synced().leads(1);
        var ack = partition.produce(Acks.ALL, 1);
        assertThat(ack.code()).isEqualTo(ErrorCode.NOT_ENOUGH_REPLICAS);
        assertThat(ack.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        assertThat(partition.log().logEnd()).isZero();
        assertThat(partition.produce(Acks.LEADER, 1).get().lastOffset()).isZero();
    }

    @Test
    void fullQueueRefusesAtOnce() {
        var partition = PartitionStory.synced().leads(1, 2, 3);
        for (int i = 0; i < 64; i++) {
            partition.submit(Acks.ALL, TestBatches.of(i), 1_000);
        }
        var refused = partition.submit(Acks.ALL, TestBatches.of(99), 1_000);
        assertThat(refused.code()).isEqualTo(ErrorCode.OVERLOADED);
        assertThat(refused.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        partition.settle();
        assertThat(partition.log().logEnd()).isEqualTo(64);
    }

    @Test
    void corruptBatchIsRefusedAndHarmsNothing() {
        var partition = PartitionStory.synced().leads(1, 2, 3);
        ByteBuffer corrupt = TestBatches.of(1);
        corrupt.put(corrupt.limit() - 1, (byte) ~corrupt.get(corrupt.limit() - 1));
        assertThat(partition.produce(Acks.ALL, corrupt).code()).isEqualTo(ErrorCode.CORRUPT_MESSAGE);
        assertThat(partition.produce(Acks.ALL, ByteBuffer.allocate(0)).code()).isEqualTo(ErrorCode.INVALID_RECORD);
        assertThat(partition.produce(Acks.LEADER, 7).get().baseOffset()).isZero();
    }

    @Test
    void oversizedBatchIsRefusedWithTheLimit() {
        var partition = PartitionStory.synced().leads(1, 2, 3);
        var refused = partition.produce(Acks.ALL, new long[200]);
        assertThat(refused.code()).isEqualTo(ErrorCode.MESSAGE_TOO_LARGE);
        assertThat(refused.error().message()).contains("1000");
    }

    @Test
    void followerNamesTheLeader() {
        var refused = PartitionStory.synced().follows(2, EPOCH).produce(Acks.ALL, 1);
        assertThat(refused.code()).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
        assertThat(refused.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        assertThat(refused.error().leader().orElseThrow().endpoint()).isEqualTo("host2:9092");
    }

    // ---- R20 -----------------------------------------------------------------------------------------------------

    @Test
    void r20DuplicateIsAnsweredWithItsOriginalOffset() {
        var partition = PartitionStory.synced().leadsWith(EPOCH, 0, 1, 1);
        partition.produce(Acks.ALL, TestBatches.idempotent(5, 0, 1, 2));
        var again = partition.produce(Acks.ALL, TestBatches.idempotent(5, 0, 1, 2));
        assertThat(again.get().baseOffset()).isZero();
        assertThat(again.get().lastOffset()).isEqualTo(1);
        assertThat(again.get().duplicate()).isTrue();
        assertThat(partition.log().logEnd()).isEqualTo(2);
    }

    @Test
    void r20DuplicateIsNotAnsweredBeforeItsOriginalMeetsTheAskedAcks() {
        var partition = PartitionStory.synced().leads(1, 2);
        var first = partition.produce(Acks.ALL, TestBatches.idempotent(5, 0, 1));
        var again = partition.produce(Acks.ALL, TestBatches.idempotent(5, 0, 1));
        assertThat(again.isSilent()).isTrue();
        partition.fetchedBy(2, 1, EPOCH);
        assertThat(first.get().duplicate()).isFalse();
        assertThat(again.get().duplicate()).isTrue();
    }

    @Test
    void r20GapIsRefusedBeforeTheAppend() {
        var partition = PartitionStory.synced().leads(1, 2);
        partition.produce(Acks.ALL, TestBatches.idempotent(5, 0, 1));
        var refused = partition.produce(Acks.ALL, TestBatches.idempotent(5, 2, 3));
        assertThat(refused.code()).isEqualTo(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
        assertThat(refused.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        assertThat(partition.log().logEnd()).isEqualTo(1);
    }

    @Test
    void r20UnknownProducerMustStartAtZero() {
        var partition = PartitionStory.synced().leads(1, 2);
        var refused = partition.produce(Acks.ALL, TestBatches.idempotent(5, 3, 1));
        assertThat(refused.code()).isEqualTo(ErrorCode.UNKNOWN_PRODUCER_ID);
        assertThat(refused.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        assertThat(partition.produce(Acks.ALL, TestBatches.idempotent(5, 3, 1)).code())
                .isEqualTo(ErrorCode.UNKNOWN_PRODUCER_ID);
    }

    @Test
    void r20AfterARefusalTheRestOfThePipelineIsOutOfOrder() {
        var partition = PartitionStory.synced().leads(1); // below min ISR
        var first = partition.submit(Acks.ALL, TestBatches.idempotent(5, 0, 1), 1_000);
        var second = partition.submit(Acks.ALL, TestBatches.idempotent(5, 1, 2), 1_000);
        partition.settle();
        assertThat(first.code()).isEqualTo(ErrorCode.NOT_ENOUGH_REPLICAS);
        assertThat(second.code()).isEqualTo(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
        assertThat(second.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        assertThat(partition.log().logEnd()).isZero();
    }

    /** A queue that is full refuses at the door, where no loop sees the batch. */
    @Test
    void r20AfterOverloadTheRestOfThePipelineIsOutOfOrder() {
        var partition = PartitionStory.synced().leads(1, 2);
        for (int i = 0; i < 64; i++) {
            partition.submit(Acks.ALL, TestBatches.of(i), 1_000);
        }
        var first = partition.submit(Acks.ALL, TestBatches.idempotent(5, 0, 1), 1_000);
        partition.settle();
        var second = partition.produce(Acks.ALL, TestBatches.idempotent(5, 1, 2));
        assertThat(first.code()).isEqualTo(ErrorCode.OVERLOADED);
        assertThat(second.code()).isEqualTo(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
        assertThat(second.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        assertThat(partition.log().logEnd()).isEqualTo(64);
    }

    @Test
    void r20AfterALeadershipRefusalTheRestOfThePipelineIsOutOfOrder() {
        var partition = PartitionStory.synced().follows(2, EPOCH);
        var first = partition.produce(Acks.ALL, TestBatches.idempotent(5, 0, 1));
        var second = partition.leadsIn(EPOCH + 1, 1, 2).produce(Acks.ALL, TestBatches.idempotent(5, 1, 2));
        assertThat(first.code()).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
        assertThat(second.code()).isEqualTo(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
        partition.partition.drain();
        var third = partition.produce(Acks.ALL, TestBatches.idempotent(6, 0, 1));
        partition.partition.endDrain();
        var fourth = partition.produce(Acks.ALL, TestBatches.idempotent(6, 1, 2));
        assertThat(third.code()).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
        assertThat(fourth.code()).isEqualTo(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
    }

    @Test
    void r20AfterADeadlineTheRestOfThePipelineIsOutOfOrder() {
        var partition = PartitionStory.synced().leads(1, 2);
        var first = partition.produce(Acks.ALL, TestBatches.idempotent(5, 0, 1), 0);
        var second = partition.produce(Acks.ALL, TestBatches.idempotent(5, 1, 2));
        assertThat(first.code()).isEqualTo(ErrorCode.REQUEST_TIMED_OUT);
        assertThat(second.code()).isEqualTo(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
        assertThat(partition
                        .produce(Acks.LEADER, TestBatches.idempotent(5, 0, 1))
                        .get()
                        .baseOffset())
                .isZero();
    }

    @Test
    void r20NoProducerThatWroteLatelyIsForgottenForANewOne() {
        var partition = PartitionStory.synced().leadsWith(EPOCH, 0, 1, 1);
        int producersMax = RestartableLog.PRODUCERS_MAX;
        for (int id = 0; id < producersMax; id++) {
            partition.produce(Acks.ALL, TestBatches.idempotent(id, 0, 1));
        }
        var refused = partition.produce(Acks.ALL, TestBatches.idempotent(producersMax, 0, 1));
        assertThat(refused.code()).isEqualTo(ErrorCode.OVERLOADED);
        assertThat(refused.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        assertThat(refused.error().retryAfterMs()).isPositive();
        assertThat(refused.error().message())
                .contains(producersMax + " producers")
                .contains("producer.id.expiration.ms");
        assertThat(partition
                        .produce(Acks.ALL, TestBatches.idempotent(0, 0, 1))
                        .get()
                        .duplicate())
                .isTrue();
        partition.after(RestartableLog.PRODUCER_EXPIRATION_MS);
        assertThat(partition
                        .produce(Acks.ALL, TestBatches.idempotent(producersMax, 0, 1))
                        .get()
                        .duplicate())
                .isFalse();
    }

    // ---- leader epochs -------------------------------------------------------------------------------------------

    @Test
    void aFencedEpochNamesTheLeader() {
        var partition = PartitionStory.synced().leads(1, 2);
        var refused = partition.produceIn(EPOCH - 1, TestBatches.of(1));
        assertThat(refused.code()).isEqualTo(ErrorCode.FENCED_LEADER_EPOCH);
        assertThat(refused.error().leader()).contains(new LeaderHint(1, "host1:9092", EPOCH));
    }

    @Test
    void anEpochThatThisLeaderDoesNotKnowYetNamesNobody() {
        var refused = PartitionStory.synced().leads(1, 2).produceIn(EPOCH + 1, TestBatches.of(1));
        assertThat(refused.code()).isEqualTo(ErrorCode.UNKNOWN_LEADER_EPOCH);
        assertThat(refused.error().leader()).isEmpty();
    }

    @Test
    void r20DuplicateIsKnownToTheNextLeader() {
        var partition = PartitionStory.synced().follows(2, EPOCH);
        var batch = TestBatches.idempotent(5, 0, 1);
        BatchPatch.assign(BatchView.at(batch, 0), 0, EPOCH, 1_000);
        partition.answered(2, 0, batch).leadsWith(EPOCH + 1, 1, 1, 1);
        var again = partition.produce(Acks.ALL, TestBatches.idempotent(5, 0, 1));
        assertThat(again.get().duplicate()).isTrue();
        assertThat(partition.log().logEnd()).isEqualTo(1);
    }

    // ---- durability ----------------------------------------------------------------------------------------------

    @Test
    void replicatedLogIsSyncedTogetherWithItsDirectorysOthers() {
        var partition = PartitionStory.replicated().leadsWith(EPOCH, 0, 1, 1);
        partition.produce(Acks.ALL, 1).get();
        assertThat(partition.log().durableEnd()).isZero();
        partition.flusher.noteUnsynced(() -> {}, Flusher.UNSYNCED_BYTES_MAX);
        assertThat(partition.settle().log().durableEnd()).isEqualTo(1);
    }

    // ---- disk ----------------------------------------------------------------------------------------------------

    @Test
    void fullDiskRefusesWritesAndRecoversUnaided() {
        var partition = PartitionStory.synced().leadsWith(EPOCH, 0, 1, 1);
        partition.produce(Acks.ALL, 1);
        partition.storage.disk().limitFreeBytes(10);
        var refused = partition.produce(Acks.ALL, 2);
        assertThat(refused.code()).isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR);
        assertThat(refused.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        assertThat(partition.consume(0, 0).get().highWatermark()).isEqualTo(1);
        partition.storage.disk().limitFreeBytes(1 << 20);
        assertThat(partition.produce(Acks.ALL, 3).get().baseOffset()).isEqualTo(1);
    }

    @Test
    void failedSyncTakesThePartitionOfflineAndNeverAcknowledges() {
        var partition = PartitionStory.synced().leadsWith(EPOCH, 0, 1, 1);
        partition.storage.disk().failSyncs(true);
        var ack = partition.produce(Acks.ALL, 1);
        assertThat(ack.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(partition.status().role()).isEqualTo(PartitionStatus.Role.OFFLINE);
        assertThat(partition.events).containsExactly("offline");
        partition.storage.disk().failSyncs(false);
        assertThat(partition.leadsIn(EPOCH + 1, 1).produce(Acks.ALL, 2).code())
                .isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR);
    }

    @Test
    void aTopicMayHaveItsLeadersTimeInsteadOfItsProducers() {
        var partition = PartitionStory.synced().leads(1, 2);
        partition.produce(Acks.ALL, 1);
        String type = "message.timestamp.type";
        partition.partition.configure(
                new TopicBounds(Durability.SYNCED, 1_000, LogSettings.of(Map.of(type, "LogAppendTime"))));
        partition.clock.passMs(77);
        long nowMs = partition.clock.wallMs();
        var ack = partition.produce(Acks.ALL, 2, 3);
        partition.partition.configure(new TopicBounds(Durability.SYNCED, 1_000));
        partition.produce(Acks.ALL, 4);
        partition.fetchedBy(2, 4, EPOCH);

        assertThat(ack.get().appendTimeMs()).isEqualTo(nowMs);
        var before = partition.consume(0, 0).get().records().copy();
        assertThat(TestBatches.timesMs(before)).containsExactly(1_001L); // then a segment of another week
        var stored = partition.consume(1, 0).get().records().copy();
        assertThat(BatchCheck.storedRegion(stored)).as("with a new checksum").isNull();
        assertThat(TestBatches.values(stored)).containsExactly(2L, 3L, 4L);
        assertThat(TestBatches.timesMs(stored)).containsExactly(nowMs, nowMs, 1_004L);
    }

    @Test
    void aBatchThatWasSpoiledOnTheWayIsRefusedBeforeItsChecksumIsMadeAnew() {
        var partition = PartitionStory.synced().leads(1, 2);
        partition.partition.configure(new TopicBounds(
                Durability.SYNCED, 1_000, LogSettings.of(Map.of("message.timestamp.type", "LogAppendTime"))));
        ByteBuffer spoiled = TestBatches.of(1);
        spoiled.put(spoiled.limit() - 1, (byte) 99);
        assertThat(partition.produce(Acks.ALL, spoiled).error().code()).isEqualTo(ErrorCode.CORRUPT_MESSAGE);
    }

    @Test
    void aCompactedTopicRefusesRecordsWithoutAKeyBeforeTheAppend() {
        var partition = PartitionStory.synced().leads(1, 2);
        partition.partition.configure(
                new TopicBounds(Durability.SYNCED, 1_000, LogSettings.of(Map.of("cleanup.policy", "compact"))));
        byte[] value = new byte[200];
        for (var codec : Codec.values()) {
            var keyless = new RecordBatchBuilder(codec, 0)
                    .add(1_000, new byte[0], value)
                    .add(1_000, null, value)
                    .build();
            var error = partition.produce(Acks.ALL, keyless).error();
            assertThat(error.code()).isEqualTo(ErrorCode.INVALID_RECORD);
            assertThat(error.outcome()).isEqualTo(Outcome.NOT_APPLIED);
            assertThat(error.message()).contains("record 1", "cleanup.policy=compact");
        }
        var keyed = new RecordBatchBuilder(Codec.LZ4, 0)
                .add(1_000, new byte[0], value)
                .add(1_000, new byte[] {1}, null)
                .build();
        partition.produce(Acks.ALL, keyed);
        partition.fetchedBy(2, 2, EPOCH);
        assertThat(partition.status().logEnd()).as("only the keyed ones").isEqualTo(2);
    }
}
