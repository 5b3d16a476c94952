package io.flotilla.broker.log;

import io.flotilla.broker.log.SequenceVerdict.Duplicate;
import io.flotilla.broker.log.SequenceVerdict.OutOfOrder;
import io.flotilla.model.record.BatchLayout;
import io.flotilla.model.record.BatchRegion;
import io.flotilla.model.record.BatchView;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The last batches of every idempotent producer in one log (KIP-98), so that what is sent twice is stored once. Always
 * equal to what a walk over the log's batches gives; remembers at most as many producers as it was made for, those that
 * wrote last. Owned by the log's loop thread.
 */
public final class ProducerState {
    private final int producersMax;
    private final TreeMap<Long, ProducerEntry> producers = new TreeMap<>();
    private boolean everForgot;

    ProducerState(int producersMax) {
        this.producersMax = producersMax;
    }

    /**
     * Judges batches that are to be appended together. All must be new, or all be in the log already; a retry that
     * brings some of both is out of order. A producer's later batch must continue its earlier one.
     */
    public SequenceVerdict check(BatchRegion region) {
        var latest = new TreeMap<Long, BatchView>();
        Duplicate whole = null;
        boolean first = true;
        for (var batch : region) {
            var earlier = batch.isIdempotent() ? latest.put(batch.producerId(), batch) : null;
            var verdict = earlier == null || whole != null ? check(batch) : SequenceVerdict.ACCEPT;
            if (earlier != null && !continues(earlier, batch)) {
                return new OutOfOrder(batch.producerId(), next(earlier), batch.baseSequence());
            }
            if (verdict instanceof Duplicate duplicate && (first || whole != null)) {
                whole = new Duplicate(
                        whole == null ? duplicate.baseOffset() : whole.baseOffset(), duplicate.lastOffset());
            } else if (verdict instanceof Duplicate || whole != null) {
                return new OutOfOrder(batch.producerId(), nextSequence(batch), batch.baseSequence());
            } else if (!(verdict instanceof SequenceVerdict.Accept)) {
                return verdict;
            }
            first = false;
        }
        return whole == null ? SequenceVerdict.ACCEPT : whole;
    }

    private static boolean continues(BatchView earlier, BatchView batch) {
        return earlier.producerEpoch() == batch.producerEpoch() && next(earlier) == batch.baseSequence();
    }

    private static int next(BatchView batch) {
        return (batch.lastSequence() + 1) & Integer.MAX_VALUE;
    }

    private int nextSequence(BatchView batch) {
        var entry = producers.get(batch.producerId());
        return entry == null || entry.epoch() != batch.producerEpoch() ? 0 : entry.nextSequence();
    }

    /** Judges one batch that is to be appended. */
    public SequenceVerdict check(BatchView batch) {
        long id = batch.producerId();
        if (id == BatchLayout.NO_PRODUCER_ID || batch.isControl()) {
            return SequenceVerdict.ACCEPT;
        }
        var entry = producers.get(id);
        int sequence = batch.baseSequence();
        if (entry == null) {
            return sequence == 0 ? SequenceVerdict.ACCEPT : new SequenceVerdict.UnknownProducer(id, sequence);
        }
        int epoch = batch.producerEpoch();
        if (epoch < entry.epoch()) {
            return new SequenceVerdict.InvalidEpoch(id, epoch, entry.epoch());
        }
        if (epoch > entry.epoch()) {
            return sequence == 0 ? SequenceVerdict.ACCEPT : new OutOfOrder(id, 0, sequence);
        }
        var duplicate = entry.find(sequence, batch.lastSequence());
        if (duplicate != null) {
            return duplicate;
        }
        return sequence == entry.nextSequence()
                ? SequenceVerdict.ACCEPT
                : new OutOfOrder(id, entry.nextSequence(), sequence);
    }

    /** How many producers the log remembers. */
    public int size() {
        return producers.size();
    }

    /** Takes in a batch that the log now holds. */
    void note(BatchView batch) {
        long id = batch.producerId();
        if (id == BatchLayout.NO_PRODUCER_ID || batch.isControl()) {
            return;
        }
        var entry = producers.get(id);
        if (entry == null) {
            entry = new ProducerEntry(batch.producerEpoch());
            producers.put(id, entry);
        }
        entry.append(batch.producerEpoch(), batch.baseSequence(), batch.lastSequence(), batch.baseOffset());
        if (producers.size() > producersMax) {
            forgetTheOldest();
        }
    }

    private void forgetTheOldest() {
        long oldest = -1;
        long offset = Long.MAX_VALUE;
        for (Map.Entry<Long, ProducerEntry> entry : producers.entrySet()) {
            if (entry.getValue().lastBaseOffset() < offset) {
                offset = entry.getValue().lastBaseOffset();
                oldest = entry.getKey();
            }
        }
        producers.remove(oldest);
        everForgot = true;
    }

    /** True when cutting the log at {@code logEnd} changes nothing here, so that no rebuild is needed. */
    boolean isUntouchedByCutAt(long logEnd) {
        return !everForgot && producers.values().stream().allMatch(entry -> entry.lastBaseOffset() < logEnd);
    }

    ByteBuffer encode() {
        var bytes = ByteBuffer.allocate(1 + producers.size() * (Long.BYTES + ProducerEntry.BYTES));
        bytes.put((byte) (everForgot ? 1 : 0));
        producers.forEach((id, entry) -> entry.writeTo(bytes.putLong(id)));
        return bytes.flip();
    }

    /** Reads what {@link #encode} wrote; null when the bytes are no producer state. */
    static @Nullable ProducerState decode(ByteBuffer bytes, int producersMax) {
        if ((bytes.remaining() - 1) % (Long.BYTES + ProducerEntry.BYTES) != 0) {
            return null;
        }
        var state = new ProducerState(producersMax);
        state.everForgot = bytes.get() != 0;
        try {
            while (bytes.hasRemaining()) {
                state.producers.put(bytes.getLong(), ProducerEntry.readFrom(bytes));
            }
        } catch (IllegalArgumentException notAnEntry) {
            return null;
        }
        while (state.producers.size() > producersMax) {
            state.forgetTheOldest();
        }
        return state;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ProducerState state && state.producers.equals(producers);
    }

    @Override
    public int hashCode() {
        return producers.hashCode();
    }

    @Override
    public String toString() {
        return producers.toString();
    }
}
