package io.flotilla.broker.isr;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.broker.isr.FollowerStep.Append;
import io.flotilla.broker.isr.FollowerStep.Discard;
import io.flotilla.broker.isr.FollowerStep.RestartAt;
import io.flotilla.broker.isr.FollowerStep.TruncateTo;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** How a follower makes its log agree with the leader's. */
class FollowerStateTest {
    private static final int EPOCH = 7;

    /** The follower's own epochs: epoch to the offset at which it begins. */
    private final TreeMap<Integer, Long> epochs = new TreeMap<>();

    private FollowerState follower = follower(0, 0);

    // ---- R1 ------------------------------------------------------------------------------------------------------

    @Test
    void r1TruncatesToTheSmallerOfTheTwoEndsAndNeverToTheWatermark() {
        logOf(20, 12).epoch(1, 0).epoch(5, 15);
        assertThat(diverging(1, 18)).isEqualTo(new TruncateTo(15, false)); // own end of epoch 1
        assertThat(diverging(5, 17)).isEqualTo(new TruncateTo(17, false)); // the leader's end of epoch 5
    }

    @Test
    void r1AsksAgainUntilTheLogsAgree() {
        logOf(30, 0).epoch(1, 0).epoch(3, 10).epoch(5, 20);
        assertThat(diverging(4, 25)).isEqualTo(new TruncateTo(20, false)); // epoch 4 is unknown here: own end of 3
        truncatedTo(20, 3);
        assertThat(diverging(2, 12)).isEqualTo(new TruncateTo(10, false));
        truncatedTo(10, 1);
        assertThat(agreeing(10)).isEqualTo(new Append());
    }

    @Test
    void r1WithoutACommonEpochItRestartsAtTheLeadersLogStart() {
        logOf(30, 0).epoch(5, 0);
        var answer = new LeaderAnswer(EPOCH, 1, 30, -1, 40, 4, 0, Optional.of(new EpochEnd(EpochEnd.NO_EPOCH, 4)));
        assertThat(follower.onAnswer(answer, this::endOf)).isEqualTo(new RestartAt(4, false));
        answer = new LeaderAnswer(EPOCH, 1, 30, -1, 40, 4, 0, Optional.of(new EpochEnd(2, 9)));
        assertThat(follower.onAnswer(answer, this::endOf)).isEqualTo(new RestartAt(4, false));
    }

    /** Its leader has not given up as much: going back to where that log starts would bring deleted records back. */
    @Test
    void r1WhatIsLeftAfterADeletionIsCutToWhereItStarts() {
        follower = new FollowerState(EPOCH, new FollowerLog(50, 52, 5, 52), new AtomicLong()::incrementAndGet, 50);
        epoch(5, 50);
        var answer = new LeaderAnswer(EPOCH, 1, 52, -1, 60, 30, 0, Optional.of(new EpochEnd(4, 50)));
        assertThat(follower.onAnswer(answer, this::endOf)).isEqualTo(new TruncateTo(50, false));
        answer = new LeaderAnswer(EPOCH, 1, 52, -1, 60, 30, 0, Optional.of(new EpochEnd(4, 49)));
        assertThat(follower.onAnswer(answer, this::endOf)).isEqualTo(new RestartAt(30, true));
    }

    @Test
    void followerBelowTheLeadersLogStartRestartsThere() {
        logOf(30, 30).epoch(5, 0);
        var answer = new LeaderAnswer(EPOCH, 1, 30, -1, 90, 50, 0, Optional.empty());
        assertThat(follower.onAnswer(answer, this::endOf)).isEqualTo(new RestartAt(50, false));
    }

    @Test
    void truncationBelowTheWatermarkIsCalledWhatItIs() {
        logOf(30, 25).epoch(5, 0);
        assertThat(diverging(5, 20)).isEqualTo(new TruncateTo(20, true));
    }

    // ---- R9, R11 -------------------------------------------------------------------------------------------------

    @Test
    void r9WatermarkOfADivergingAnswerIsNotAdopted() {
        logOf(20, 12).epoch(5, 0);
        diverging(5, 17);
        truncatedTo(17, 5);
        assertThat(follower.highWatermark()).isEqualTo(12);
    }

    @Test
    void r9WatermarkNeverPassesTheFollowersOwnEnd() {
        logOf(20, 12).epoch(5, 0);
        follower.adoptHighWatermark(40);
        assertThat(follower.highWatermark()).isEqualTo(20);
    }

    @Test
    void r11FullTruncationLiftsTheWatermarkToTheLogStart() {
        logOf(20, 12).epoch(5, 0);
        follower.onTruncated(new FollowerLog(50, 50, -1, 50));
        assertThat(follower.highWatermark()).isEqualTo(50);
    }

    @Test
    void watermarkComesDownWithTheLogEnd() {
        logOf(20, 20).epoch(5, 0);
        truncatedTo(15, 5);
        assertThat(follower.highWatermark()).isEqualTo(15);
    }

    // ---- R10 -----------------------------------------------------------------------------------------------------

    @Test
    void r10AnswersOfAnotherEpochSessionOrOffsetAreDiscarded() {
        logOf(20, 0).epoch(5, 0);
        assertThat(follower.onAnswer(answer(EPOCH - 1, 1, 20, 5), this::endOf)).isInstanceOf(Discard.class);
        assertThat(follower.onAnswer(answer(EPOCH + 1, 1, 20, 5), this::endOf)).isInstanceOf(Discard.class);
        assertThat(follower.onAnswer(answer(EPOCH, 0, 20, 5), this::endOf)).isInstanceOf(Discard.class);
        assertThat(follower.onAnswer(answer(EPOCH, 1, 19, 5), this::endOf)).isInstanceOf(Discard.class);
        assertThat(follower.onAnswer(answer(EPOCH, 1, 20, 5), this::endOf)).isEqualTo(new Append());
    }

    @Test
    void r10BatchesOfALaterEpochAreDiscarded() {
        logOf(20, 0).epoch(5, 0);
        assertThat(follower.onAnswer(answer(EPOCH, 1, 20, EPOCH + 1), this::endOf))
                .isInstanceOf(Discard.class);
    }

    @Test
    void r10AnswersToAnEarlierStreamAreDiscarded() {
        logOf(20, 0).epoch(5, 0);
        follower.onStreamOpened();
        assertThat(agreeing(20)).isInstanceOf(Discard.class);
    }

    @Test
    void r10AnswersFromBeforeATruncationAreDiscarded() {
        logOf(20, 0).epoch(5, 0);
        truncatedTo(15, 5);
        follower.onLog(new FollowerLog(0, 20, EPOCH, 20)); // grew back to the same end
        assertThat(agreeing(20)).isInstanceOf(Discard.class);
    }

    @Test
    void r15LargestRoundSeenIsRemembered() {
        follower.onAnswer(new LeaderAnswer(EPOCH, 1, 0, -1, 0, 0, 9, Optional.empty()), this::endOf);
        follower.onAnswer(new LeaderAnswer(EPOCH, 1, 0, -1, 0, 0, 8, Optional.empty()), this::endOf);
        assertThat(follower.seenRound()).isEqualTo(9);
    }

    // ---- the story's vocabulary ----------------------------------------------------------------------------------

    private FollowerStateTest logOf(long logEnd, long highWatermark) {
        follower = follower(logEnd, highWatermark);
        return this;
    }

    private static FollowerState follower(long logEnd, long highWatermark) {
        return new FollowerState(
                EPOCH, new FollowerLog(0, logEnd, 5, logEnd), new AtomicLong()::incrementAndGet, highWatermark);
    }

    private FollowerStateTest epoch(int epoch, long startOffset) {
        epochs.put(epoch, startOffset);
        return this;
    }

    private EpochEnd endOf(int asked) {
        var floor = epochs.floorEntry(asked);
        if (floor == null) {
            return new EpochEnd(EpochEnd.NO_EPOCH, follower.log().logStart());
        }
        var next = epochs.higherEntry(asked);
        return new EpochEnd(floor.getKey(), next == null ? follower.log().logEnd() : next.getValue());
    }

    private void truncatedTo(long offset, int lastEpoch) {
        epochs.tailMap(lastEpoch, false).clear();
        follower.onTruncated(new FollowerLog(0, offset, lastEpoch, offset));
    }

    private FollowerStep diverging(int epoch, long endOffset) {
        return follower.onAnswer(
                new LeaderAnswer(
                        EPOCH,
                        follower.session(),
                        follower.log().logEnd(),
                        -1,
                        40,
                        0,
                        0,
                        Optional.of(new EpochEnd(epoch, endOffset))),
                this::endOf);
    }

    private FollowerStep agreeing(long fetchOffset) {
        long sessionOfTheQuestion = fetchOffset == 10 ? follower.session() : 1;
        return follower.onAnswer(answer(EPOCH, sessionOfTheQuestion, fetchOffset, 5), this::endOf);
    }

    private static LeaderAnswer answer(int epoch, long session, long fetchOffset, int batchEpoch) {
        return new LeaderAnswer(epoch, session, fetchOffset, batchEpoch, 0, 0, 0, Optional.empty());
    }
}
