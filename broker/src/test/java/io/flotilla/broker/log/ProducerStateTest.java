package io.flotilla.broker.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.broker.log.SequenceVerdict.Duplicate;
import io.flotilla.broker.log.SequenceVerdict.InvalidEpoch;
import io.flotilla.broker.log.SequenceVerdict.OutOfOrder;
import io.flotilla.broker.log.SequenceVerdict.TooManyProducers;
import io.flotilla.broker.log.SequenceVerdict.UnknownProducer;
import io.flotilla.model.record.BatchPatch;
import io.flotilla.model.record.BatchRegion;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class ProducerStateTest {
    private static final long EXPIRATION_MS = 1_000;
    private static final ProducerLimits LIMITS = new ProducerLimits(3, EXPIRATION_MS);

    private final ProducerState state = new ProducerState(LIMITS);

    private SequenceVerdict check(ByteBuffer... batches) {
        return checkAt(EXPIRATION_MS, batches);
    }

    private SequenceVerdict checkAt(long nowMs, ByteBuffer... batches) {
        return state.check(BatchRegion.of(Batches.together(batches)), nowMs);
    }

    private void storedAt(long nowMs, long offset, ByteBuffer batch) {
        BatchPatch.assign(Batches.view(batch), offset, 0, nowMs);
        state.note(Batches.view(batch));
    }

    private void stored(long offset, ByteBuffer batch) {
        BatchPatch.assign(Batches.view(batch), offset, 0, 0);
        state.note(Batches.view(batch));
    }

    @Test
    void aProducerThatIsNotIdempotentIsNeverRefused() {
        assertThat(check(Batches.at(1), Batches.at(1))).isEqualTo(SequenceVerdict.ACCEPT);
    }

    @Test
    void anUnknownProducerStartsAtZero() {
        assertThat(check(Batches.from(7, 0, 0, 3))).isEqualTo(SequenceVerdict.ACCEPT);
        assertThat(check(Batches.from(7, 0, 1, 3))).isEqualTo(new UnknownProducer(7, 1));
    }

    @Test
    void theNextSequenceIsAcceptedAndNoOther() {
        stored(100, Batches.from(7, 0, 0, 3));
        assertThat(check(Batches.from(7, 0, 3, 1))).isEqualTo(SequenceVerdict.ACCEPT);
        assertThat(check(Batches.from(7, 0, 2, 1))).isEqualTo(new OutOfOrder(7, 3, 2));
        assertThat(check(Batches.from(7, 0, 4, 1))).isEqualTo(new OutOfOrder(7, 3, 4));
    }

    @Test
    void theLastFiveBatchesAreKnownAsDuplicatesWithTheirOffsets() {
        for (int i = 0; i < 6; i++) {
            stored(100 + 10 * i, Batches.from(7, 0, 2 * i, 2));
        }
        for (int i = 1; i < 6; i++) {
            assertThat(check(Batches.from(7, 0, 2 * i, 2))).isEqualTo(new Duplicate(100 + 10 * i, 101 + 10 * i));
        }
        assertThat(check(Batches.from(7, 0, 0, 2))).isEqualTo(new OutOfOrder(7, 12, 0));
        assertThat(check(Batches.from(7, 0, 10, 1))).isEqualTo(new OutOfOrder(7, 12, 10));
    }

    @Test
    void anOlderEpochIsFencedAndANewerOneStartsAtZero() {
        stored(0, Batches.from(7, 4, 0, 3));
        assertThat(check(Batches.from(7, 3, 3, 1))).isEqualTo(new InvalidEpoch(7, 3, 4));
        assertThat(check(Batches.from(7, 5, 3, 1))).isEqualTo(new OutOfOrder(7, 0, 3));
        assertThat(check(Batches.from(7, 5, 0, 1))).isEqualTo(SequenceVerdict.ACCEPT);
        stored(3, Batches.from(7, 5, 0, 1));
        assertThat(check(Batches.from(7, 4, 3, 1))).isEqualTo(new InvalidEpoch(7, 4, 5));
    }

    @Test
    void sequencesWrapAfterTheLargest() {
        int largest = Integer.MAX_VALUE;
        stored(0, Batches.from(7, 0, largest - 1, 3));
        assertThat(check(Batches.from(7, 0, 1, 1))).isEqualTo(SequenceVerdict.ACCEPT);
        assertThat(check(Batches.from(7, 0, largest - 1, 3))).isEqualTo(new Duplicate(0, 2));
        stored(3, Batches.from(7, 0, 1, 1));
        stored(4, Batches.from(7, 0, largest, 1));
        assertThat(check(Batches.from(7, 0, 0, 1))).isEqualTo(SequenceVerdict.ACCEPT);
    }

    @Test
    void batchesOfOneRequestContinueOneAnother() {
        var first = Batches.from(7, 0, 0, 2);
        var second = Batches.from(7, 0, 2, 2);
        assertThat(check(first, second)).isEqualTo(SequenceVerdict.ACCEPT);
        assertThat(check(first, Batches.from(7, 0, 3, 2))).isEqualTo(new OutOfOrder(7, 2, 3));
        assertThat(check(first, first)).isEqualTo(new OutOfOrder(7, 2, 0));
        stored(50, first);
        stored(52, second);
        assertThat(check(first, second)).isEqualTo(new Duplicate(50, 53));
        assertThat(check(second, Batches.from(7, 0, 4, 1))).isEqualTo(new OutOfOrder(7, 4, 4));
        assertThat(check(Batches.from(7, 0, 4, 1), first)).isNotEqualTo(SequenceVerdict.ACCEPT);
    }

    @Test
    void theProducerThatWroteLongestAgoIsForgottenFirst() {
        for (int id = 0; id < 3; id++) {
            stored(id, Batches.from(id, 0, 0, 1));
        }
        stored(3, Batches.from(0, 0, 1, 1));
        stored(4, Batches.from(9, 0, 0, 1));
        assertThat(state.size()).isEqualTo(3);
        assertThat(check(Batches.from(1, 0, 1, 1))).isInstanceOf(UnknownProducer.class);
        assertThat(check(Batches.from(0, 0, 2, 1))).isEqualTo(SequenceVerdict.ACCEPT);
    }

    @Test
    void aProducerThatWroteLatelyIsNotForgottenForANewOne() {
        storedAt(0, 0, Batches.from(1, 0, 0, 1));
        storedAt(500, 1, Batches.from(2, 0, 0, 1));
        storedAt(600, 2, Batches.from(3, 0, 0, 1));
        assertThat(checkAt(999, Batches.from(9, 0, 0, 1))).isEqualTo(new TooManyProducers(LIMITS, 1));
        assertThat(checkAt(999, Batches.from(1, 0, 0, 1))).isEqualTo(new Duplicate(0, 0));
        assertThat(checkAt(999, Batches.from(1, 0, 1, 1))).isEqualTo(SequenceVerdict.ACCEPT);
        assertThat(checkAt(999, Batches.at(1))).isEqualTo(SequenceVerdict.ACCEPT);
        assertThat(checkAt(1_000, Batches.from(9, 0, 0, 1))).isEqualTo(SequenceVerdict.ACCEPT);
    }

    @Test
    void eachNewProducerOfARequestNeedsRoomOfItsOwn() {
        storedAt(0, 0, Batches.from(1, 0, 0, 1));
        storedAt(500, 1, Batches.from(2, 0, 0, 1));
        var both = new ByteBuffer[] {Batches.from(8, 0, 0, 1), Batches.from(9, 0, 0, 1)};
        assertThat(checkAt(400, Batches.from(8, 0, 0, 1))).isEqualTo(SequenceVerdict.ACCEPT);
        assertThat(checkAt(400, both)).isEqualTo(new TooManyProducers(LIMITS, 600));
        assertThat(checkAt(1_000, both)).isEqualTo(SequenceVerdict.ACCEPT);
    }

    @Test
    void aClockThatWasSetBackForgetsNobody() {
        for (int id = 0; id < 3; id++) {
            storedAt(5_000, id, Batches.from(id, 0, 0, 1));
        }
        assertThat(checkAt(0, Batches.from(9, 0, 0, 1))).isEqualTo(new TooManyProducers(LIMITS, 6_000));
    }

    @Test
    void aSnapshotGivesTheSameStateBackAndGarbageNone() {
        stored(0, Batches.from(1, 2, 0, 1));
        stored(1, Batches.from(2, 0, 0, 4));
        stored(5, Batches.from(1, 2, 1, 1));
        assertThat(ProducerState.decode(state.encode(), LIMITS)).isEqualTo(state);
        assertThat(ProducerState.decode(state.encode().limit(20), LIMITS)).isNull();
        assertThat(ProducerState.decode(ByteBuffer.allocate(state.encode().limit()), LIMITS))
                .isNull();
    }
}
