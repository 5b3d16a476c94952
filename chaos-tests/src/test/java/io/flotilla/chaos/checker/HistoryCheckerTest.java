package io.flotilla.chaos.checker;

import static io.flotilla.chaos.checker.Told.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.chaos.history.Mop;
import io.flotilla.chaos.history.Op.Act;
import io.flotilla.chaos.history.OpType;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;

/** For each anomaly a history that has it, and the nearest one that does not. */
class HistoryCheckerTest {
    @Test
    void twoReadersThatSeeDifferentValuesAtAnOffset() {
        Told common = new Told().sends(1, 10).sends(2, 20).inDoubt(1, 10).inDoubt(2, 20);
        assertThat(common.polls(3, at(0, 10)).polls(4, at(0, 20)).anomalies())
                .containsExactly(AnomalyKind.INCONSISTENT_OFFSETS);
    }

    @Test
    void twoReadersThatSeeTheSameValueAtAnOffset() {
        Told common = new Told().sends(1, 10).sends(2, 20).inDoubt(1, 10).inDoubt(2, 20);
        assertThat(common.polls(3, at(0, 10)).polls(4, at(0, 10)).anomalies()).isEmpty();
    }

    @Test
    void anAcknowledgedOffsetThatHoldsAnotherValue() {
        Told history = new Told().sent(1, 10, 0).sends(2, 20).inDoubt(2, 20);
        assertThat(history.polls(3, at(0, 20)).anomalies()).contains(AnomalyKind.INCONSISTENT_OFFSETS);
    }

    @Test
    void aValueThatIsThereTwice() {
        assertThat(new Told().sent(1, 10, 0).polls(3, at(0, 10), at(1, 10)).anomalies())
                .containsExactly(AnomalyKind.DUPLICATE);
    }

    @Test
    void aValueThatIsThereOnceThoughNobodyKnewAndTwoReadIt() {
        Told history = new Told().sends(1, 10).inDoubt(1, 10);
        assertThat(history.polls(3, at(0, 10)).polls(4, at(0, 10)).anomalies()).isEmpty();
    }

    @Test
    void aRefusedValueThatIsReadAllTheSame() {
        assertThat(new Told().sends(1, 10).refused(1, 10).polls(3, at(0, 10)).anomalies())
                .containsExactly(AnomalyKind.ABORTED_READ);
    }

    @Test
    void aValueInDoubtThatIsRead() {
        assertThat(new Told().sends(1, 10).inDoubt(1, 10).polls(3, at(0, 10)).anomalies())
                .isEmpty();
    }

    @Test
    void anOperationInDoubtOfWhichOneRecordWasCertainlyRefused() {
        Told history = new Told().sends(1, 10, 11);
        history.tell(1, OpType.INFO, Act.SEND, Mop.Send.unknown(Told.KEY, 10), Mop.Send.notApplied(Told.KEY, 11));
        assertThat(history.polls(3, at(0, 10), at(1, 11)).anomalies()).containsExactly(AnomalyKind.ABORTED_READ);
    }

    @Test
    void anAcknowledgedValueThatReadersFindMissing() {
        Told history = new Told().sent(1, 10, 0).sent(1, 11, 1).sent(1, 12, 2);
        assertThat(history.assigns(3, 1).polls(3, at(2, 12)).anomalies())
                .containsExactlyInAnyOrder(AnomalyKind.LOST_WRITE, AnomalyKind.POLL_SKIP);
        assertThat(history.verdict().counts()).containsEntry(AnomalyKind.LOST_WRITE, 2);
    }

    @Test
    void aValueInDoubtThatReadersFindMissing() {
        Told history = new Told().sent(1, 10, 0).sends(2, 11).inDoubt(2, 11).sent(1, 12, 2);
        assertThat(history.assigns(3, 0).polls(3, at(0, 10), at(2, 12)).anomalies())
                .isEmpty();
    }

    @Test
    void anAcknowledgedTailThatNobodyEverReads() {
        Told history = new Told().sent(1, 10, 0).sent(1, 11, 1).polls(3, at(0, 10));
        assertThat(history.finishes(3, 1).anomalies()).containsExactly(AnomalyKind.UNSEEN);
    }

    @Test
    void anAcknowledgedTailThatNobodyHasReadYet() {
        assertThat(new Told().sent(1, 10, 0).sent(1, 11, 1).polls(3, at(0, 10)).anomalies())
                .isEmpty();
    }

    @Test
    void aPartitionThatIsEmptyInTheEnd() {
        assertThat(new Told().sent(1, 10, 0).finishes(3, 0).anomalies()).containsExactly(AnomalyKind.UNSEEN);
    }

    @Test
    void aFinalReaderThatGetsEverything() {
        Told history = new Told().sent(1, 10, 0).sent(1, 11, 1).polls(3, at(0, 10), at(1, 11));
        assertThat(history.polls(9, at(0, 10), at(1, 11)).finishes(9, 2).anomalies())
                .isEmpty();
    }

    @Test
    void aRecordInDoubtThatWasReadAndIsGoneFromTheTail() {
        Told history = new Told().sent(1, 10, 0).sends(2, 11).inDoubt(2, 11).polls(3, at(0, 10), at(1, 11));
        assertThat(history.polls(9, at(0, 10)).finishes(9, 1).anomalies()).containsExactly(AnomalyKind.UNSEEN);
    }

    @Test
    void aRecordInDoubtThatNobodyEverRead() {
        Told history = new Told().sent(1, 10, 0).sends(2, 11).inDoubt(2, 11).polls(3, at(0, 10));
        assertThat(history.polls(9, at(0, 10)).finishes(9, 1).anomalies()).isEmpty();
    }

    @Test
    void aFinalReaderThatPassesTheEndWithoutTheLastRecords() {
        Told history = new Told().sent(1, 10, 0).sent(1, 11, 1).polls(3, at(0, 10), at(1, 11));
        assertThat(history.polls(9, at(0, 10)).finishes(9, 2).anomalies()).containsExactly(AnomalyKind.UNSEEN);
    }

    @Test
    void aFinalReaderThatLacksARecordInTheMiddleThatOthersRead() {
        Told history = new Told().sent(1, 10, 0).sent(1, 11, 1).sent(1, 12, 2);
        history.polls(3, at(0, 10), at(1, 11), at(2, 12));
        assertThat(history.polls(9, at(0, 10), at(2, 12)).finishes(9, 3).anomalies())
                .containsExactlyInAnyOrder(AnomalyKind.LOST_WRITE, AnomalyKind.POLL_SKIP);
    }

    @Test
    void aFinalReaderThatNeverPolled() {
        Told history = new Told().sent(1, 10, 0).polls(3, at(0, 10));
        assertThat(history.finishes(9, 1).anomalies()).containsExactly(AnomalyKind.UNSEEN);
    }

    @Test
    void aReaderThatJumps() {
        Told history = new Told().sent(1, 10, 0).sent(1, 11, 1).sent(1, 12, 2);
        history.polls(4, at(0, 10), at(1, 11), at(2, 12));
        assertThat(history.polls(3, at(0, 10)).polls(3, at(2, 12)).anomalies()).containsExactly(AnomalyKind.POLL_SKIP);
    }

    @Test
    void aReaderThatJumpsWithinOnePoll() {
        Told history = new Told().sent(1, 10, 0).sent(1, 11, 1).sent(1, 12, 2);
        history.polls(4, at(0, 10), at(1, 11), at(2, 12));
        assertThat(history.polls(3, at(0, 10), at(2, 12)).anomalies()).containsExactly(AnomalyKind.POLL_SKIP);
    }

    @Test
    void aReaderThatStartsBehindItsPlace() {
        Told history = new Told().sent(1, 10, 0).sent(1, 11, 1);
        history.polls(4, at(0, 10), at(1, 11));
        assertThat(history.assigns(3, 0).polls(3, at(1, 11)).anomalies()).containsExactly(AnomalyKind.POLL_SKIP);
    }

    @Test
    void aReaderThatIsAssignedAnotherPlace() {
        Told history = new Told().sent(1, 10, 0).sent(1, 11, 1).sent(1, 12, 2);
        history.polls(4, at(0, 10), at(1, 11), at(2, 12));
        assertThat(history.polls(3, at(0, 10)).assigns(3, 2).polls(3, at(2, 12)).anomalies())
                .isEmpty();
    }

    @Test
    void aReaderThatPassesOffsetsWithoutRecords() {
        Told history = new Told().sent(1, 10, 0).sent(1, 12, 7);
        assertThat(history.polls(3, at(0, 10)).polls(3, at(7, 12)).anomalies()).isEmpty();
    }

    @Test
    void aReaderThatGoesBack() {
        Told history = new Told().sent(1, 10, 0).sent(1, 11, 1);
        assertThat(history.polls(3, at(0, 10), at(1, 11)).polls(3, at(1, 11)).anomalies())
                .containsExactly(AnomalyKind.NONMONOTONIC_POLL);
    }

    @Test
    void anotherReaderThatReadsTheSame() {
        Told history = new Told().sent(1, 10, 0).sent(1, 11, 1);
        assertThat(history.polls(3, at(0, 10), at(1, 11)).polls(4, at(1, 11)).anomalies())
                .isEmpty();
    }

    @Test
    void laterRecordsOfOneOperationThatLieLower() {
        Told history = new Told().sends(1, 10, 11);
        history.tell(1, OpType.OK, Act.SEND, Mop.Send.acked(Told.KEY, 10, 5), Mop.Send.acked(Told.KEY, 11, 4));
        assertThat(history.polls(3, at(4, 11), at(5, 10)).anomalies()).containsExactly(AnomalyKind.NONMONOTONIC_SEND);
    }

    @Test
    void anUnknownRecordThatTurnsUpBehindALaterOne() {
        Told history = new Told().sends(1, 10, 11);
        history.tell(1, OpType.INFO, Act.SEND, Mop.Send.unknown(Told.KEY, 10), Mop.Send.acked(Told.KEY, 11, 4));
        assertThat(history.polls(3, at(4, 11), at(5, 10)).anomalies()).containsExactly(AnomalyKind.NONMONOTONIC_SEND);
    }

    @Test
    void concurrentRecordsOfTwoProcessesInAnyOrder() {
        Told history = new Told().sends(1, 10).sends(2, 11).acked(1, 10, 5).acked(2, 11, 4);
        assertThat(history.polls(3, at(4, 11), at(5, 10)).anomalies()).isEmpty();
    }

    @Test
    void aValueThatNobodySent() {
        assertThat(new Told().sent(1, 10, 0).polls(3, at(0, 10), at(1, 77)).anomalies())
                .containsExactly(AnomalyKind.PHANTOM);
    }

    @Test
    void aValueThatWasSentToAnotherPartition() {
        Told history = new Told().sent(1, 10, 0);
        history.tell(3, OpType.OK, Act.POLL, new Mop.Read("t-1", 0, 10), new Mop.Read(Told.KEY, 0, 10));
        assertThat(history.anomalies()).containsExactly(AnomalyKind.PHANTOM);
    }

    @Test
    void aValueOfASendThatNeverEnded() {
        assertThat(new Told().sends(1, 10).polls(3, at(0, 10)).anomalies()).isEmpty();
    }

    @Test
    void aSendAfterAnothersAcknowledgementThatLiesLower() {
        Told history = new Told().sent(1, 10, 5).sent(2, 11, 4);
        assertThat(history.polls(3, at(4, 11), at(5, 10)).anomalies()).containsExactly(AnomalyKind.REALTIME_ORDER);
    }

    @Test
    void aSendInDoubtAfterAnothersAcknowledgementThatTurnsUpLower() {
        Told history = new Told().sent(1, 10, 5).sends(2, 11).inDoubt(2, 11);
        assertThat(history.polls(3, at(4, 11), at(5, 10)).anomalies()).containsExactly(AnomalyKind.REALTIME_ORDER);
    }

    @Test
    void aSendThatBeganBeforeAnothersAcknowledgement() {
        Told history = new Told().sends(2, 11).sent(1, 10, 5).acked(2, 11, 4);
        assertThat(history.polls(3, at(4, 11), at(5, 10)).anomalies()).isEmpty();
    }

    @Test
    void anEndBelowAnAcknowledgedRecord() {
        Told history = new Told().sent(1, 10, 0).sent(1, 11, 1).asksEnd(4).isToldEnd(4, 1);
        assertThat(history.polls(3, at(0, 10), at(1, 11)).anomalies()).containsExactly(AnomalyKind.END_OFFSET);
    }

    @Test
    void anEndBelowARecordThatWasAcknowledgedMeanwhile() {
        Told history = new Told()
                .sent(1, 10, 0)
                .sends(1, 11)
                .asksEnd(4)
                .acked(1, 11, 1)
                .isToldEnd(4, 1);
        assertThat(history.polls(3, at(0, 10), at(1, 11)).anomalies()).isEmpty();
    }

    @Test
    void anEndBelowARecordInDoubtThatWasRead() {
        Told history = new Told().sends(1, 10).inDoubt(1, 10).polls(3, at(0, 10));
        assertThat(history.asksEnd(4).isToldEnd(4, 0).anomalies()).containsExactly(AnomalyKind.END_OFFSET);
    }

    @Test
    void anEndBelowARecordThatWasReadMeanwhile() {
        Told history = new Told().sends(1, 10).inDoubt(1, 10).asksEnd(4).polls(3, at(0, 10));
        assertThat(history.isToldEnd(4, 0).anomalies()).isEmpty();
    }

    @Test
    void replicasThatDiffer() {
        assertThat(new Told().holds(1, 5, "aa").holds(2, 5, "ab").anomalies())
                .containsExactly(AnomalyKind.REPLICA_DIGEST);
        assertThat(new Told().holds(1, 5, "aa").holds(2, 4, "aa").anomalies())
                .containsExactly(AnomalyKind.REPLICA_DIGEST);
    }

    @Test
    void replicasThatAgree() {
        assertThat(new Told().holds(1, 5, "aa").holds(2, 5, "aa").anomalies()).isEmpty();
    }

    @Test
    void replicasThatHoldAllRecords() {
        assertThat(new Told().expects(1, 1, 0).sent(1, 10, 0).hold(0, 1).anomalies())
                .isEmpty();
    }

    @Test
    void replicasThatAgreeThatThereIsNothing() {
        assertThat(new Told().sent(1, 10, 0).hold(0, 0).anomalies()).containsExactly(AnomalyKind.REPLICA_DIGEST);
    }

    @Test
    void replicasThatAgreeOnLessThanWasRead() {
        Told history = new Told().sent(1, 10, 0).sends(2, 11).inDoubt(2, 11).polls(3, at(0, 10), at(1, 11));
        assertThat(history.hold(0, 1).anomalies()).containsExactly(AnomalyKind.REPLICA_DIGEST);
    }

    @Test
    void replicasOfWhichOneBeginsTooLate() {
        assertThat(new Told().sent(1, 10, 0).sent(1, 11, 1).hold(1, 2).anomalies())
                .containsExactly(AnomalyKind.REPLICA_DIGEST);
    }

    @Test
    void replicasThatCannotBeReadForOneReason() {
        Told history =
                new Told().cannotBeRead(1, "gone").cannotBeRead(2, "gone").cannotBeRead(3, "gone");
        assertThat(history.anomalies()).containsExactly(AnomalyKind.REPLICA_DIGEST);
    }

    @Test
    void aReplicaThatNobodyAsked() {
        Told history = new Told().expects(1, 1, 0).sent(1, 10, 0);
        assertThat(history.holds(1, 1, "aa").holds(2, 1, "aa").holds(2, 1, "aa").anomalies())
                .containsExactly(AnomalyKind.REPLICA_DIGEST);
    }

    @Test
    void aPartitionThatNobodyCompared() {
        Told history = new Told().expects(1, 1, 0).sent(1, 10, 0).hold(0, 1);
        history.tell(4, OpType.INVOKE, Act.SEND, Mop.Send.unknown("t-1", 11));
        assertThat(history.anomalies()).containsExactly(AnomalyKind.REPLICA_DIGEST);
    }

    @Test
    void aHistoryThatSendsAValueTwiceIsNoHistory() {
        Told history = new Told().sent(1, 10, 0).sends(1, 10);
        assertThatThrownBy(history::verdict)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("values must be unique");
    }

    @Test
    void whatTheSettingsAllowIsNotCounted() {
        Told history = new Told().sent(1, 10, 0).sent(1, 11, 1).polls(3, at(1, 11));
        assertThat(HistoryChecker.check(history.ops(), EnumSet.of(AnomalyKind.LOST_WRITE, AnomalyKind.VACUOUS))
                        .holds())
                .isTrue();
    }
}
