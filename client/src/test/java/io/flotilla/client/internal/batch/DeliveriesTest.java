package io.flotilla.client.internal.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.client.internal.batch.SenderStory.Attempt;
import io.flotilla.client.internal.batch.SenderStory.Sent;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.error.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The table of decision 4: which answer proves what about a batch whose fate is in doubt. */
class DeliveriesTest {
    private final SenderStory story = new SenderStory();

    private static void assertMarks(Attempt attempt, long producerId, int sequence) {
        assertThat(List.of(attempt.producerId(), (long) attempt.sequence()))
                .as("producer id and sequence")
                .containsExactly(producerId, (long) sequence);
    }

    private void acknowledged(int count) throws InterruptedException {
        List<Sent> sent = story.send(count);
        story.attempts().forEach(attempt -> story.acknowledge(attempt, attempt.sequence()));
        assertThat(sent).allMatch(Sent::isDone);
    }

    @ParameterizedTest
    @EnumSource(
            value = ErrorCode.class,
            names = {"UNKNOWN_PRODUCER_ID", "OUT_OF_ORDER_SEQUENCE_NUMBER"})
    void aBatchInDoubtIsNeverSentUnderAnotherIdentity(ErrorCode code) throws InterruptedException {
        acknowledged(1);
        List<Sent> sent = story.send(3);
        story.attempts();
        story.streamBreaks();
        List<Attempt> again = story.attempts();
        assertMarks(again.get(0), 1, 1);
        again.forEach(attempt -> story.refuse(attempt, code));
        story.after(5_000);
        assertThat(sent).allMatch(Sent::isDone);
        assertThat(sent.stream().map(Sent::outcome)).containsOnly(Outcome.UNKNOWN);
        assertThat(story.attempts()).isEmpty();
    }

    @Test
    void aGapInALaterEpochProvesNothingAboutAnEarlierOne() throws InterruptedException {
        acknowledged(1);
        List<Sent> sent = story.send(1);
        story.attempts();
        story.streamBreaks();
        story.leaderEpoch(1)
                .refuse(story.attempts().get(0), ErrorCode.FENCED_LEADER_EPOCH)
                .after(50);
        Attempt again = story.attempts().get(0);
        assertThat(again.epoch()).isEqualTo(1);
        story.refuse(again, ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER).after(50);
        assertThat(sent.get(0).outcome()).isEqualTo(Outcome.UNKNOWN);
    }

    @Test
    void whatWasRefusedEachTimeIsSentAgainUnderAnotherIdentity() throws InterruptedException {
        acknowledged(1);
        List<Sent> sent = story.send(2);
        story.attempts().forEach(attempt -> story.refuse(attempt, ErrorCode.UNKNOWN_PRODUCER_ID));
        story.after(50);
        List<Attempt> again = story.attempts();
        assertMarks(again.get(0), 2, 0);
        assertMarks(again.get(1), 2, 1);
        again.forEach(attempt -> story.acknowledge(attempt, 10 + attempt.sequence()));
        assertThat(sent.stream().map(Sent::offset)).containsExactly(10L, 11L);
    }

    /** A connection that is slow to open may write it only then. */
    @Test
    void whatWasSentUnderTheOldIdentityStaysAsItWas() throws InterruptedException {
        acknowledged(1);
        story.send(1);
        Attempt first = story.attempts().get(0);
        story.refuse(first, ErrorCode.UNKNOWN_PRODUCER_ID).after(50);
        assertMarks(story.attempts().get(0), 2, 0);
        assertMarks(Attempt.of(first.command()), 1, 1);
    }

    @Test
    void aBatchInDoubtBehindOneThatIsNowhereIsNowhereEither() throws InterruptedException {
        acknowledged(1);
        List<Sent> sent = story.send(2);
        story.refuse(story.attempts().get(0), ErrorCode.NOT_ENOUGH_REPLICAS);
        story.streamBreaks();
        List<Attempt> again = story.attempts();
        assertMarks(again.get(0), 1, 1);
        assertMarks(again.get(1), 1, 2);
        story.refuse(again.get(0), ErrorCode.UNKNOWN_PRODUCER_ID);
        story.refuse(again.get(1), ErrorCode.UNKNOWN_PRODUCER_ID);
        story.after(50);
        List<Attempt> anew = story.attempts();
        assertMarks(anew.get(0), 2, 0);
        assertMarks(anew.get(1), 2, 1);
        assertThat(sent).noneMatch(Sent::isDone);
    }

    @Test
    void aBatchInDoubtBehindOneThatFailedForCertainIsNowhereEither() throws InterruptedException {
        acknowledged(1);
        List<Sent> sent = story.send(3);
        story.refuse(story.attempts().get(0), ErrorCode.INVALID_RECORD);
        assertThat(sent.get(0).outcome()).isEqualTo(Outcome.NOT_APPLIED);
        story.streamBreaks();
        story.leaderEpoch(1).after(50);
        List<Attempt> again = story.attempts();
        again.subList(again.size() - 2, again.size())
                .forEach(attempt -> story.refuse(attempt, ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER));
        story.after(50);
        List<Attempt> anew = story.attempts();
        assertMarks(anew.get(0), 2, 0);
        assertMarks(anew.get(1), 2, 1);
        assertThat(sent.subList(1, 3)).noneMatch(Sent::isDone);
    }

    @Test
    void onlyWhatIsInDoubtAtTheFrontIsGivenUp() throws InterruptedException {
        acknowledged(1);
        List<Sent> sent = story.send(2);
        List<Attempt> first = story.attempts();
        story.refuse(first.get(1), ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
        story.streamBreaks();
        story.attempts().forEach(attempt -> story.refuse(attempt, ErrorCode.UNKNOWN_PRODUCER_ID));
        story.after(50);
        assertThat(sent.get(0).outcome()).isEqualTo(Outcome.UNKNOWN);
        List<Attempt> anew = story.attempts();
        assertThat(anew).hasSize(1);
        assertMarks(anew.get(0), 2, 0);
        story.acknowledge(anew.get(0), 7);
        assertThat(sent.get(1).offset()).isEqualTo(7);
    }

    @Test
    void afterStartingOverARefusalIsCertainAgain() throws InterruptedException {
        acknowledged(1);
        List<Sent> sent = story.send(2);
        story.refuse(story.attempts().get(0), ErrorCode.NOT_ENOUGH_REPLICAS);
        story.streamBreaks();
        story.attempts().forEach(attempt -> story.refuse(attempt, ErrorCode.UNKNOWN_PRODUCER_ID));
        story.after(50);
        story.attempts().forEach(attempt -> story.refuse(attempt, ErrorCode.INVALID_RECORD));
        assertThat(sent.stream().map(Sent::outcome)).containsOnly(Outcome.NOT_APPLIED);
    }

    @Test
    void aLaterAcknowledgementProvesThatTheLogHasTheEarlierOnes() throws InterruptedException {
        acknowledged(1);
        List<Sent> sent = story.send(3);
        List<Attempt> first = story.attempts();
        story.answer(first.get(0), FlotillaError.unknown(ErrorCode.REQUEST_TIMED_OUT, "appended, not replicated"));
        story.after(50);
        story.refuse(first.get(1), ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
        story.acknowledge(first.get(2), 3);
        story.after(50);
        List<Attempt> again = story.attempts();
        assertMarks(again.get(0), 1, 1);
        assertMarks(again.get(1), 1, 2);
        story.acknowledge(again.get(0), 1).acknowledge(again.get(1), 2);
        assertThat(sent.stream().map(Sent::offset)).containsExactly(1L, 2L, 3L);
    }

    /** The log recognises a producer's last five batches: no sixth goes out before the first is settled. */
    @Test
    void theOldestUnansweredBatchStaysAmongTheLastFive() throws InterruptedException {
        acknowledged(1);
        List<Sent> sent = story.send(10);
        List<Attempt> first = story.attempts();
        assertThat(first).hasSize(5);
        for (int i = 1; i < 5; i++) {
            story.acknowledge(first.get(i), 1 + i);
        }
        story.after(50);
        assertThat(story.attempts()).isEmpty();
        story.answer(first.get(0), FlotillaError.unknown(ErrorCode.REQUEST_TIMED_OUT, "appended, not replicated"));
        story.after(50);
        List<Attempt> again = story.attempts();
        assertThat(again).hasSize(1);
        assertMarks(again.get(0), 1, 1);
        story.acknowledge(again.get(0), 1);
        assertThat(story.attempts()).hasSize(5);
        assertThat(sent.get(0).offset()).isEqualTo(1);
    }

    @Test
    void whatIsInDoubtWhenItsTimeIsOverLeavesAPossibleGapBehind() throws InterruptedException {
        acknowledged(1);
        List<Sent> old = story.send(1);
        story.attempts();
        story.after(SenderStory.DELIVERY_TIMEOUT_MS - 1_000);
        List<Sent> young = story.send(1);
        story.streamBreaks();
        story.after(1_000);
        assertThat(old.get(0).outcome()).isEqualTo(Outcome.UNKNOWN);
        List<Attempt> attempts = story.attempts();
        story.refuse(attempts.get(attempts.size() - 1), ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
        story.after(50);
        assertThat(young.get(0).outcome()).isEqualTo(Outcome.UNKNOWN);
    }
}
