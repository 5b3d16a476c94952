package io.flotilla.broker.log;

import io.flotilla.broker.log.SequenceVerdict.Duplicate;
import io.flotilla.broker.log.SequenceVerdict.OutOfOrder;
import io.flotilla.model.record.BatchLayout;
import io.flotilla.model.record.BatchRegion;
import io.flotilla.model.record.BatchView;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The last batches of every idempotent producer in one log (KIP-98), so that what is sent twice is stored once. Always
 * equal to what a walk over the log's batches gives; remembers at most as many producers as it was made for, those that
 * wrote last. A leader appends nothing that would make it forget a producer before its time: from then on a late copy
 * of that producer's first batch would look new. Owned by the log's loop thread.
 */
public final class ProducerState {
    /** First byte of a snapshot: its form, plus 1 if a producer was ever forgotten. */
    private static final int FORM = 2;

    private final ProducerLimits limits;
    private final TreeMap<Long, ProducerEntry> producers = new TreeMap<>();
    /** Producer by the offset of its last batch: the one that wrote longest ago comes first. */
    private final TreeMap<Long, Long> byLastWrite = new TreeMap<>();

    private boolean everForgot;

    ProducerState(ProducerLimits limits) {
        this.limits = limits;
    }

    /**
     * Judges batches that are to be appended together. All must be new, or all be in the log already; a retry that
     * brings some of both is out of order. A producer's later batch must continue its earlier one.
     *
     * @param nowMs when they would be appended, on the leader's clock
     */
    public SequenceVerdict check(BatchRegion region, long nowMs) {
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
        return whole == null ? roomFor(latest.keySet(), nowMs) : whole;
    }

    /** A batch of a new producer makes the log forget others; whoever wrote lately must not be among them. */
    private SequenceVerdict roomFor(Set<Long> writers, long nowMs) {
        long fresh = writers.stream().filter(id -> !producers.containsKey(id)).count();
        long forgotten = fresh == 0 ? 0 : Math.min(producers.size(), producers.size() + writers.size() - limits.max());
        var oldest = byLastWrite.values().iterator();
        for (long i = 0; i < forgotten; i++) {
            var entry = producers.get(oldest.next());
            long idleMs = entry == null ? Long.MAX_VALUE : nowMs - entry.lastAppendMs();
            if (idleMs < limits.expirationMs()) {
                return new SequenceVerdict.TooManyProducers(limits, limits.expirationMs() - idleMs);
            }
        }
        return SequenceVerdict.ACCEPT;
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
        } else {
            byLastWrite.remove(entry.lastBaseOffset());
        }
        entry.append(batch);
        byLastWrite.put(entry.lastBaseOffset(), id);
        forgetWhatIsTooMuch();
    }

    private void forgetWhatIsTooMuch() {
        while (producers.size() > limits.max()) {
            producers.remove(byLastWrite.pollFirstEntry().getValue());
            everForgot = true;
        }
    }

    /** True when cutting the log at {@code logEnd} changes nothing here, so that no rebuild is needed. */
    boolean isUntouchedByCutAt(long logEnd) {
        return !everForgot && (byLastWrite.isEmpty() || byLastWrite.lastKey() < logEnd);
    }

    void forEach(BiConsumer<Long, ProducerEntry> visitor) {
        producers.forEach(visitor);
    }

    /**
     * The last batch of every producer that wrote at or above the offset; what is known from below depends on when it
     * was given up.
     */
    Map<Long, String> lastBatchesFrom(long offset) {
        var last = new TreeMap<Long, String>();
        producers.forEach((id, entry) -> {
            if (entry.lastBaseOffset() >= offset) {
                last.put(
                        id,
                        "epoch " + entry.epoch() + ", next " + entry.nextSequence() + ", at " + entry.lastBaseOffset());
            }
        });
        return last;
    }

    /** True when a producer was forgotten for lack of room: then a walk over the batches gives the same only from 0. */
    boolean everForgot() {
        return everForgot;
    }

    ByteBuffer encode() {
        var bytes = ByteBuffer.allocate(1 + producers.size() * (Long.BYTES + ProducerEntry.BYTES));
        bytes.put((byte) (everForgot ? FORM + 1 : FORM));
        producers.forEach((id, entry) -> entry.writeTo(bytes.putLong(id)));
        return bytes.flip();
    }

    /** Reads what {@link #encode} wrote; null when the bytes are no producer state. */
    static @Nullable ProducerState decode(ByteBuffer bytes, ProducerLimits limits) {
        if ((bytes.remaining() - 1) % (Long.BYTES + ProducerEntry.BYTES) != 0) {
            return null;
        }
        int form = bytes.get();
        if (form != FORM && form != FORM + 1) {
            return null;
        }
        var state = new ProducerState(limits);
        state.everForgot = form != FORM;
        try {
            while (bytes.hasRemaining()) {
                long id = bytes.getLong();
                var entry = ProducerEntry.readFrom(bytes);
                state.producers.put(id, entry);
                state.byLastWrite.put(entry.lastBaseOffset(), id);
            }
        } catch (IllegalArgumentException notAnEntry) {
            return null;
        }
        state.forgetWhatIsTooMuch();
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
