package io.flotilla.client.internal.batch;

import io.flotilla.client.internal.batch.ProduceTransport.Identity;
import io.flotilla.client.internal.routing.Backoff;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.TopicId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The batches of one partition, in order. A failed attempt stops new ones until everything in flight is answered; then
 * what failed is sent again in its old order, so that order survives any failure. Owned by the producer's loop.
 */
final class Lane {
    private static final long NO_GAP = Long.MAX_VALUE;

    private final Key key;
    private final ProducerSettings settings;
    private final Backoff backoff;

    /** Not in flight, by ordinal; only the last may still be open. */
    private final TreeMap<Long, ProducerBatch> waiting = new TreeMap<>();

    private final TreeMap<Long, ProducerBatch> inFlight = new TreeMap<>();
    private long nextOrdinal;
    private @Nullable Identity identity;
    /** Sequence of the next batch that gets its first marks. */
    private int nextSequence;
    /** Something failed: nothing is sent before everything in flight has been answered. */
    private boolean draining;

    private long notBeforeNanos = Long.MIN_VALUE;
    /** A pause that begins when the time is next told, nanoseconds. */
    private long pauseNanos;

    /** Why the identity leads nowhere any more, null while it does. */
    private @Nullable FlotillaError startOverReason;
    /** First batch that failed without ever having been appended: no log takes a later one of the same identity. */
    private long gapOrdinal = NO_GAP;

    private int knownEpoch = -1;

    /** One partition of one life of a topic. */
    record Key(String topic, TopicId topicId, int partition) {
        @Override
        public String toString() {
            return topic + "-" + partition;
        }
    }

    Lane(Key key, ProducerSettings settings, Backoff backoff) {
        this.key = key;
        this.settings = settings;
        this.backoff = backoff;
    }

    Key key() {
        return key;
    }

    boolean isEmpty() {
        return waiting.isEmpty() && inFlight.isEmpty();
    }

    /** Batches that are not answered. */
    int queuedBatches() {
        return waiting.size() + inFlight.size();
    }

    /** Adds a record behind all others; {@code batchBytesMax} bounds the batch that takes it. */
    void add(PendingRecord record, int batchBytesMax) {
        Map.Entry<Long, ProducerBatch> last = waiting.lastEntry();
        if (last != null && last.getValue().tryAdd(record, batchBytesMax)) {
            return;
        }
        int expected = Math.max(batchBytesMax, record.sizeBytes());
        ProducerBatch batch =
                new ProducerBatch(nextOrdinal++, record, settings.batching().codec(), expected);
        waiting.put(batch.ordinal, batch);
    }

    /**
     * The batch whose turn it is, when the partition may send at all; null else. How far it may run ahead of the first
     * unanswered one is bounded, answered ones included: a log recognises only a producer's last batches.
     */
    @Nullable
    ProducerBatch nextInTurn(long nowNanos) {
        if (pauseNanos > 0) {
            notBeforeNanos = nowNanos + pauseNanos;
            pauseNanos = 0;
        }
        boolean mayFollow = !draining || inFlight.isEmpty();
        if (!mayFollow || nowNanos < notBeforeNanos) {
            return null;
        }
        draining = false;
        Map.Entry<Long, ProducerBatch> first = waiting.firstEntry();
        boolean tooFarAhead = first != null
                && !inFlight.isEmpty()
                && first.getKey() - inFlight.firstKey() >= settings.delivery().inFlightMax();
        return first == null || tooFarAhead ? null : first.getValue();
    }

    /** Whether a batch need not wait for more records. */
    boolean isRipe(ProducerBatch batch, long nowNanos, boolean hurry) {
        return hurry
                || batch.isClosed()
                || batch.isFull()
                || batch.isAwaited()
                || waiting.lastKey() != batch.ordinal
                || lingerLeftNanos(batch, nowNanos) <= 0;
    }

    long lingerLeftNanos(ProducerBatch batch, long nowNanos) {
        return batch.createdNanos + settings.batching().lingerMs() * 1_000_000 - nowNanos;
    }

    @Nullable
    Identity identity() {
        return identity;
    }

    void adopt(Identity fresh) {
        identity = fresh;
        nextSequence = 0;
    }

    /** Encodes the batch for sending, with marks where the producer is idempotent, and moves it into flight. */
    ByteBuffer launch(ProducerBatch batch, long nowNanos) {
        Identity marks = identity;
        ByteBuffer entry;
        if (marks == null) {
            entry = batch.close();
        } else if (marks.equals(batch.identity())) {
            entry = batch.entry();
        } else {
            entry = batch.close(marks, nextSequence);
            nextSequence = ProducerBatch.sequenceAfter(nextSequence, batch.sequences());
        }
        waiting.remove(batch.ordinal);
        inFlight.put(batch.ordinal, batch);
        batch.sent(nowNanos);
        return entry;
    }

    /** Removes an answered batch; false when it is not in flight any more. */
    boolean land(ProducerBatch batch) {
        return inFlight.remove(batch.ordinal, batch);
    }

    /** An attempt was acknowledged: the log holds it, and so every earlier batch of the identity too. */
    void succeeded() {
        backoff.reset();
        startOverReason = null;
    }

    /** A batch failed for good and is no longer here. */
    void gaveUp(ProducerBatch batch) {
        if (batch.identity() != null && !batch.mayBeAppended()) {
            gapOrdinal = Math.min(gapOrdinal, batch.ordinal);
        }
    }

    /** Puts a failed batch back in its place; nothing is sent until all in flight are answered and a pause is over. */
    void putBack(ProducerBatch batch) {
        waiting.put(batch.ordinal, batch);
        if (!draining) {
            draining = true;
            pause(backoff.nextNanos());
        }
    }

    /** Waits at least so long before the next attempt. */
    void pause(long nanos) {
        pauseNanos = Math.max(pauseNanos, nanos);
    }

    /** True when no earlier batch is unanswered. */
    boolean isFirst(ProducerBatch batch) {
        return waiting.headMap(batch.ordinal).isEmpty()
                && inFlight.headMap(batch.ordinal).isEmpty();
    }

    /** Asks for {@link #startOver} as soon as nothing is in flight. */
    void askToStartOver(FlotillaError reason) {
        startOverReason = reason;
    }

    /** Why it must start over now, null when it need not or an answer must come first. */
    @Nullable
    FlotillaError startOverReason() {
        return inFlight.isEmpty() ? startOverReason : null;
    }

    /** What starting over gives up: an identity, and the batches that may be in the log under it. */
    record StartOver(FlotillaError reason, @Nullable Identity identity, List<ProducerBatch> inDoubt) {}

    /**
     * Gives up its identity. The batches that stay are certainly in no log and get new marks, from sequence 0, once
     * there is another identity: a log takes a batch only behind all earlier ones of its identity, so behind one that
     * was never appended there is none either, whatever became of its own attempts.
     */
    StartOver startOver(FlotillaError reason) {
        List<ProducerBatch> inDoubt = new ArrayList<>();
        while (!waiting.isEmpty()
                && waiting.firstKey() < gapOrdinal
                && waiting.firstEntry().getValue().mayBeAppended()) {
            inDoubt.add(waiting.pollFirstEntry().getValue());
        }
        waiting.values().forEach(ProducerBatch::loseIdentity);
        StartOver given = new StartOver(reason, identity, inDoubt);
        identity = null;
        startOverReason = null;
        gapOrdinal = NO_GAP;
        return given;
    }

    /** Tells a newer leader epoch, which ends the pause after failures under the older one. */
    void learnEpoch(int epoch) {
        knownEpoch = epoch;
        notBeforeNanos = Long.MIN_VALUE;
        pauseNanos = 0;
        backoff.reset();
    }

    int knownEpoch() {
        return knownEpoch;
    }

    /** Nanoseconds until its pause is over; Long.MAX_VALUE when an answer must come first. */
    long pauseLeftNanos(long nowNanos) {
        return !waiting.isEmpty() && notBeforeNanos > nowNanos ? notBeforeNanos - nowNanos : Long.MAX_VALUE;
    }

    /** Takes every batch that was handed over before a moment, oldest first. */
    List<ProducerBatch> removeOlderThan(long nanos) {
        List<ProducerBatch> removed = new ArrayList<>();
        inFlight.values().removeIf(batch -> collectOlder(batch, nanos, removed));
        waiting.values().removeIf(batch -> collectOlder(batch, nanos, removed));
        return removed;
    }

    private static boolean collectOlder(ProducerBatch batch, long nanos, List<ProducerBatch> removed) {
        boolean older = batch.createdNanos - nanos < 0;
        if (older) {
            removed.add(batch);
        }
        return older;
    }

    /** When its oldest batch was handed over, nanoseconds; the lane must not be empty. */
    long oldestNanos() {
        Map.Entry<Long, ProducerBatch> flying = inFlight.firstEntry();
        Map.Entry<Long, ProducerBatch> first = flying == null ? waiting.firstEntry() : flying;
        return first.getValue().createdNanos;
    }

    /** Takes every batch. */
    List<ProducerBatch> removeAll() {
        List<ProducerBatch> removed = new ArrayList<>(inFlight.values());
        removed.addAll(waiting.values());
        inFlight.clear();
        waiting.clear();
        return removed;
    }
}
