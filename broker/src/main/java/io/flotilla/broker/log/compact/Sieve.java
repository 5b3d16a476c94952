package io.flotilla.broker.log.compact;

import io.flotilla.model.record.BatchRewrite;
import io.flotilla.model.record.BatchView;
import io.flotilla.model.record.CorruptBatchException;
import io.flotilla.model.record.RecordReader;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Decides, batch by batch, what of a log stays: of each key the last record, and of tombstones those that were not yet
 * long enough visible. A record without a key does not belong to a compacted topic and goes. One thread, one cleaning.
 */
public final class Sieve {
    private final KeyOffsets latest;
    private final Scope scope;
    private final LongPredicate isRemembered;

    private long recordsRead;
    private long recordsKept;
    private long keyless;
    private long unreadable;

    /**
     * What a cleaning is about.
     *
     * @param start records below were given up
     * @param end where the known keys end; a batch that begins here or later stays as it is
     * @param nowMs milliseconds since the Unix epoch
     * @param deleteRetentionMs what tombstones get from now on, milliseconds
     */
    public record Scope(long start, long end, long nowMs, long deleteRetentionMs) {
        long horizonMs() {
            long horizon = nowMs + deleteRetentionMs;
            return horizon < nowMs ? Long.MAX_VALUE : horizon;
        }
    }

    /**
     * What becomes of a batch.
     *
     * @param entry the batch as it stays; null when nothing of it does but its offsets
     */
    public record Sifted(@Nullable ByteBuffer entry) {
        private static final Sifted GONE = new Sifted(null);
    }

    /** @param isRemembered whether what a log knows of its producers needs the batch with this first offset */
    public Sieve(KeyOffsets latest, Scope scope, LongPredicate isRemembered) {
        this.latest = latest;
        this.scope = scope;
        this.isRemembered = isRemembered;
    }

    /** Judges the next batch of the log. */
    public Sifted sift(BatchView batch) {
        if (batch.baseOffset() >= scope.end || batch.isControl()) {
            recordsRead += batch.recordCount();
            recordsKept += batch.recordCount();
            return asItIs(batch);
        }
        try {
            return siftRecords(batch);
        } catch (CorruptBatchException e) { // its producer's doing: no consumer reads it, nor do we
            unreadable++;
            return asItIs(batch);
        }
    }

    private Sifted siftRecords(BatchView batch) {
        long horizonMs = batch.deleteHorizonMs();
        var kept = new BitSet();
        boolean tombstones = false;
        int withoutKey = 0;
        var records = RecordReader.of(batch);
        for (int i = 0; records.next(); i++) {
            var key = records.key();
            withoutKey += key == null ? 1 : 0;
            boolean last = key != null && records.offset() >= scope.start && records.offset() >= latest.latest(key);
            boolean tombstone = records.value() == null;
            if (last && !(tombstone && isPast(horizonMs))) {
                kept.set(i);
                tombstones |= tombstone;
            }
        }
        int count = kept.cardinality();
        recordsRead += batch.recordCount();
        recordsKept += count;
        keyless += withoutKey;
        if (count == 0) {
            return emptied(batch);
        }
        long horizonToBe = !tombstones
                ? BatchRewrite.NO_HORIZON
                : horizonMs == BatchRewrite.NO_HORIZON ? scope.horizonMs() : horizonMs;
        if (count == batch.recordCount() && horizonToBe == horizonMs) {
            return asItIs(batch);
        }
        var rewritten = BatchRewrite.keeping(batch, kept, horizonToBe);
        return rewritten == null ? asItIs(batch) : new Sifted(rewritten);
    }

    private boolean isPast(long horizonMs) {
        return horizonMs != BatchRewrite.NO_HORIZON && scope.nowMs >= horizonMs;
    }

    private Sifted emptied(BatchView batch) {
        if (!batch.isIdempotent() || !isRemembered.test(batch.baseOffset())) {
            return Sifted.GONE;
        }
        return batch.recordCount() == 0 ? asItIs(batch) : new Sifted(BatchRewrite.emptied(batch));
    }

    private static Sifted asItIs(BatchView batch) {
        return new Sifted(batch.entry());
    }

    /** Records of all batches judged so far. */
    public long recordsRead() {
        return recordsRead;
    }

    /** Of these, the ones that stay. */
    public long recordsKept() {
        return recordsKept;
    }

    /** Of these, the ones that went because they have no key. */
    public long keyless() {
        return keyless;
    }

    /** Batches whose records do not read, and which stay as they are. */
    public long unreadable() {
        return unreadable;
    }
}
