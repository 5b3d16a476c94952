package io.flotilla.broker.partition;

import static io.flotilla.broker.partition.PartitionStory.EPOCH;
import static io.flotilla.broker.partition.PartitionStory.stream;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.broker.isr.EpochEnd;
import io.flotilla.broker.isr.ProposalOutcome;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.Outcome;
import org.junit.jupiter.api.Test;

/** A leader towards its followers, its consumers and the controller. */
class LeadingTest {

    // ---- followers -----------------------------------------------------------------------------------------------

    @Test
    void heldFetchIsAnsweredWithWhatIsAppended() {
        var partition = PartitionStory.synced().leads(1, 2, 3);
        var held = partition.fetchedBy(2, 0, EpochEnd.NO_EPOCH);
        assertThat(held.isSilent()).isTrue();
        partition.produce(Acks.ALL, 1, 2);
        assertThat(TestBatches.values(held.get().records().copy())).containsExactly(1L, 2L);
        assertThat(held.get().header().leaderEpoch()).isEqualTo(EPOCH);
    }

    @Test
    void laterFetchReplacesTheHeldOne() {
        var partition = PartitionStory.synced().leads(1, 2, 3);
        var first = partition.fetchedBy(2, 0, EpochEnd.NO_EPOCH);
        var second = partition.fetchedBy(2, 0, EpochEnd.NO_EPOCH);
        partition.produce(Acks.ALL, 1);
        assertThat(first.isSilent()).isTrue();
        assertThat(second.get().records().nextOffset()).isEqualTo(1);
    }

    @Test
    void aFetchOfAnOlderSessionIsToldToTryAgain() {
        var partition = PartitionStory.synced().leads(1, 2, 3);
        var fetch = new ReplicaWish.Fetch(0, 0, EpochEnd.NO_EPOCH, 0, 1 << 20);
        partition.asks(2, new ReplicaQuestion(EPOCH, 42, 5, 0, fetch));
        var late = partition.asks(2, new ReplicaQuestion(EPOCH, 42, 4, 0, fetch));
        assertThat(late.get().header().session()).isEqualTo(4);
        assertThat(late.get().header().error().code().retriable()).isTrue();
        assertThat(late.get().header().error().message()).contains("session 4", "broker 2");
    }

    @Test
    void closedStreamIsNotAnsweredAndALaterOneKeepsItsQuestion() {
        var partition = PartitionStory.synced().leads(1, 2, 3);
        var held = partition.fetchedBy(2, 0, EpochEnd.NO_EPOCH);
        partition.partition.onReplicaStreamClosed(new FollowerStream(2, 102, 0)); // an earlier one
        partition.produce(Acks.LEADER, 1);
        assertThat(held.isSilent()).isFalse();
        var next = partition.fetchedBy(2, 1, EPOCH);
        partition.partition.onReplicaStreamClosed(stream(2));
        partition.produce(Acks.LEADER, 2);
        assertThat(next.isSilent()).isTrue();
    }

    @Test
    void idleFollowerLearnsTheWatermarkWithinATick() {
        var partition = PartitionStory.synced().leads(1, 2);
        partition.produce(Acks.ALL, 1);
        var held = partition.fetchedBy(2, 1, EPOCH);
        assertThat(held.isSilent()).isTrue();
        assertThat(partition.after(50).status().highWatermark()).isEqualTo(1);
        assertThat(held.get().header().highWatermark()).isEqualTo(1);
        assertThat(partition.fetchedBy(2, 1, EPOCH).isSilent()).isTrue();
        partition.after(100);
        assertThat(partition.loop.nextTickNanos()).isEqualTo(Long.MAX_VALUE); // an idle partition costs nothing
    }

    @Test
    void r1FetchThatDisagreesIsToldWhereItsEpochEndsAndCountsForNothing() {
        var partition = PartitionStory.synced().leadsWith(3, 0, 1, 1);
        partition.produce(Acks.LEADER, 1, 2);
        partition.leadsIn(EPOCH, 1, 2).produce(Acks.LEADER, 3);
        var answer = partition.fetchedBy(2, 9, 5);
        assertThat(answer.get().header().diverging()).isEqualTo(new EpochEnd(3, 2));
        assertThat(partition.status().highWatermark()).isEqualTo(2); // what the first leadership committed alone
        assertThat(partition.fetchedBy(2, 3, 3).get().header().diverging()).isEqualTo(new EpochEnd(3, 2));
        assertThat(partition.fetchedBy(2, 2, 3).get().records().baseOffset()).isEqualTo(2);
    }

    @Test
    void r2StaleEpochIsFencedAndANewerOneMustTryLater() {
        var partition = PartitionStory.synced().leads(1, 2);
        ReplicaWish fetch = new ReplicaWish.Fetch(0, 0, -1, 0, 100);
        var stale = partition.asks(2, new ReplicaQuestion(EPOCH - 1, 42, 1, 0, fetch));
        assertThat(stale.get().header().error().code()).isEqualTo(ErrorCode.FENCED_LEADER_EPOCH);
        var newer = partition.asks(2, new ReplicaQuestion(EPOCH + 1, 42, 1, 0, fetch));
        assertThat(newer.get().header().error().code()).isEqualTo(ErrorCode.UNKNOWN_LEADER_EPOCH);
    }

    @Test
    void r5FetchOfAnEarlierRunIsRefused() {
        var partition = PartitionStory.synced().leads(1, 2);
        ReplicaWish fetch = new ReplicaWish.Fetch(0, 0, -1, 0, 100);
        var question = new ReplicaQuestion(EPOCH, 42, 1, 0, fetch);
        partition.partition.onReplicaQuestion(new FollowerStream(2, 500, 2), question, new Heard<ReplicaAnswer>());
        var old = partition.asks(2, question);
        assertThat(old.get().header().error().code()).isEqualTo(ErrorCode.STALE_BROKER_EPOCH);
    }

    // ---- the ISR -------------------------------------------------------------------------------------------------

    @Test
    void r3r4FollowerThatCaughtUpIsProposedAndCountsAtOnce() {
        var partition = PartitionStory.synced().leads(1, 2);
        partition.produce(Acks.LEADER, 1);
        partition.fetchedBy(2, 1, EPOCH);
        partition.fetchedBy(3, 1, EPOCH);
        assertThat(partition.proposals.get(0).brokerIds()).containsExactly(1, 2, 3);
        partition.produce(Acks.LEADER, 2);
        partition.fetchedBy(2, 2, EPOCH);
        assertThat(partition.status().highWatermark()).isEqualTo(1); // 3 counts while the proposal is under way
        partition.fetchedBy(3, 2, EPOCH);
        assertThat(partition.controllerAgrees().status().isr()).containsExactly(1, 2, 3);
        assertThat(partition.status().highWatermark()).isEqualTo(2);
    }

    @Test
    void r4ProposalOfUnknownOutcomeIsSettled() {
        var partition = PartitionStory.synced().leads(1, 2);
        partition.fetchedBy(3, 0, EpochEnd.NO_EPOCH);
        partition.outcomes.get(0).accept(ProposalOutcome.UNKNOWN);
        partition.settle().after(300);
        assertThat(partition.proposals.get(1).brokerIds()).containsExactly(1, 2);
    }

    @Test
    void r17FrozenFollowerStallsAcksAllForTheLagLimitAtMost() {
        var partition = PartitionStory.synced().leads(1, 2, 3);
        var ack = partition.produce(Acks.ALL, 1);
        partition.fetchedBy(2, 1, EPOCH);
        partition.after(3_000);
        assertThat(partition.proposals.get(0).brokerIds()).containsExactly(1, 2);
        assertThat(ack.isSilent()).isTrue();
        partition.controllerAgrees();
        assertThat(ack.get().baseOffset()).isZero();
    }

    @Test
    void deadFollowerIsProposedOutAtOnce() {
        var partition = PartitionStory.synced().leads(1, 2, 3);
        partition.fetchedBy(3, 0, EpochEnd.NO_EPOCH);
        partition.partition.onReplicaLost(stream(3));
        assertThat(partition.settle().proposals.get(0).brokerIds()).containsExactly(1, 2);
    }

    // ---- R13, R14 ------------------------------------------------------------------------------------------------

    @Test
    void r13NewerEpochStopsWritesAtOnce() {
        var partition = PartitionStory.synced().leads(1, 2);
        var question = new ReplicaQuestion(EPOCH + 1, 42, 1, 0, new ReplicaWish.Report(0));
        partition.asks(2, question);
        var refused = partition.produce(Acks.ALL, 1);
        assertThat(refused.code()).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
        assertThat(refused.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        assertThat(partition.log().logEnd()).isZero();
    }

    @Test
    void r13IsolatedLeaderRefusesWritesAndKeepsServingCommittedReads() {
        var partition = PartitionStory.synced().leads(1, 2);
        partition.produce(Acks.ALL, 1);
        partition.fetchedBy(2, 1, EPOCH);
        partition.after(3_000);
        assertThat(partition.produce(Acks.ALL, 2).code()).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
        assertThat(partition.consume(0, 0).get().highWatermark()).isEqualTo(1);
        assertThat(partition.controllerHeard().produce(Acks.LEADER, 2).get().baseOffset())
                .isEqualTo(1);
    }

    @Test
    void r14EndOfTheLeadershipFailsPendingAcksAsUnknown() {
        var partition = PartitionStory.synced().leads(1, 2, 3);
        var ack = partition.produce(Acks.ALL, 1);
        partition.follows(2, EPOCH + 1);
        assertThat(ack.code()).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
        assertThat(ack.outcome()).isEqualTo(Outcome.UNKNOWN);
    }

    @Test
    void r14LaterLeadershipNeverCompletesAnEarlierOnesAcks() {
        var partition = PartitionStory.synced().leads(1, 2);
        var ack = partition.produce(Acks.ALL, 1);
        partition.leadsIn(EPOCH + 1, 1, 2).fetchedBy(2, 1, EPOCH);
        assertThat(partition.status().highWatermark()).isEqualTo(1);
        assertThat(ack.outcome()).isEqualTo(Outcome.UNKNOWN);
    }

    @Test
    void r14DrainRefusesWritesLetsAcksFinishAndResigns() {
        var partition = PartitionStory.synced().leads(1, 2);
        var pending = partition.produce(Acks.ALL, 1);
        partition.partition.drain();
        var refused = partition.produce(Acks.ALL, 2);
        assertThat(refused.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        assertThat(partition.proposals).isEmpty();
        partition.fetchedBy(2, 1, EPOCH);
        assertThat(pending.get().baseOffset()).isZero();
        assertThat(partition.proposals.get(0).resign()).isTrue();
    }

    // ---- reading -------------------------------------------------------------------------------------------------

    @Test
    void r15ReadBelowTheWatermarkIsServedAtOnce() {
        var partition = PartitionStory.synced().leadsWith(EPOCH, 0, 1, 1);
        partition.produce(Acks.ALL, 1, 2);
        var read = partition.consume(1, 1_000).get();
        assertThat(TestBatches.values(read.records().copy())).containsExactly(1L, 2L); // the batch that holds offset 1
    }

    @Test
    void r15ReadBetweenWatermarkAndLogEndParks() {
        var partition = PartitionStory.synced().leads(1, 2);
        partition.produce(Acks.ALL, 1);
        var read = partition.consume(0, 1_000);
        assertThat(read.isSilent()).isTrue();
        partition.fetchedBy(2, 1, EPOCH);
        assertThat(TestBatches.values(read.get().records().copy())).containsExactly(1L);
    }

    @Test
    void waitThatEndsIsAnsweredWithNothing() {
        var partition = PartitionStory.synced().leads(1, 2);
        var read = partition.consume(0, 500);
        partition.after(450);
        assertThat(read.isSilent()).isTrue();
        partition.after(100);
        assertThat(read.get().records().isEmpty()).isTrue();
    }

    @Test
    void readWaitsForTheBytesThatItAsksFor() {
        var partition = PartitionStory.synced().leadsWith(EPOCH, 0, 1, 1);
        partition.produce(Acks.ALL, 1);
        var read = new Heard<FetchAnswer>();
        partition.consume(0, 1_000, 200, read);
        assertThat(read.isSilent()).isTrue();
        partition.produce(Acks.ALL, 2);
        assertThat(TestBatches.values(read.get().records().copy())).containsExactly(1L, 2L);
    }

    @Test
    void cancelledReadIsForgottenAtOnce() {
        var partition = PartitionStory.synced().leadsWith(EPOCH, 0, 1, 1);
        var read = new Heard<FetchAnswer>();
        partition.consume(0, 60_000, 1, read).cancel();
        partition.settle().produce(Acks.ALL, 1);
        assertThat(read.isSilent()).isTrue();
        assertThat(partition.after(100).loop.nextTickNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void r15OffsetBeyondTheEndIsOutOfRangeOnlyOnceTheEndIsConfirmed() {
        var partition = PartitionStory.synced().leads(1, 2);
        partition.fetchedBy(2, 0, EpochEnd.NO_EPOCH);
        var read = partition.consume(5, 1_000);
        assertThat(read.isSilent()).isTrue();
        partition.fetchedBy(2, 0, EpochEnd.NO_EPOCH, 1);
        assertThat(read.code()).isEqualTo(ErrorCode.OFFSET_OUT_OF_RANGE);
    }

    @Test
    void r15LatestOffsetWaitsUntilTheMembersEchoTheRound() {
        var partition = PartitionStory.synced().leads(1, 2);
        partition.produce(Acks.ALL, 1);
        var held = partition.fetchedBy(2, 1, EPOCH);
        var latest = partition.ask(OffsetSpec.LATEST);
        assertThat(latest.isSilent()).isTrue();
        assertThat(held.get().header().round()).isEqualTo(1); // nudged, so that it speaks again
        partition.fetchedBy(2, 1, EPOCH, held.get().header().round());
        assertThat(latest.get().run().offset()).isEqualTo(1);
    }

    @Test
    void r15UnconfirmedEndIsNotAvailable() {
        var partition = PartitionStory.synced().leads(1, 2);
        var latest = partition.ask(OffsetSpec.LATEST);
        partition.after(3_050);
        assertThat(latest.code()).isEqualTo(ErrorCode.OFFSET_NOT_AVAILABLE);
    }

    @Test
    void r15WatermarkSurvivesARestart() {
        var partition = PartitionStory.synced().leadsWith(EPOCH, 0, 1, 1);
        partition.produce(Acks.ALL, 1, 2);
        partition.storage.checkpoint();
        assertThat(partition.storage.crash(new java.util.Random(1)).highWatermark())
                .isEqualTo(2);
    }

    @Test
    void offsetsAreFoundByTime() {
        var partition = PartitionStory.synced().leadsWith(EPOCH, 0, 1, 1);
        partition.produce(Acks.ALL, 1, 5, 9); // timestamps 1001, 1005, 1009
        var heard = new Heard<OffsetSearch>();
        partition.partition.findOffset(new OffsetQuestion(EPOCH, OffsetSpec.TIMESTAMP, 1_003, Long.MAX_VALUE), heard);
        partition.settle();
        assertThat(heard.get().run().offset()).isEqualTo(1);
        assertThat(partition.ask(OffsetSpec.MAX_TIMESTAMP).get().run().offset()).isEqualTo(2);
        assertThat(partition.ask(OffsetSpec.EARLIEST).get().run().offset()).isZero();
    }
}
