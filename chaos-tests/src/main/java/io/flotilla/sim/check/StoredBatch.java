package io.flotilla.sim.check;

import io.flotilla.model.record.BatchView;
import io.flotilla.model.record.RecordReader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One batch as it stands in a file. Immutable. */
public final class StoredBatch {
    /** The record carries no value of the simulation's producers. */
    public static final long NO_VALUE = -1;

    private final BatchView view;
    private final long baseOffset;
    private final long nextOffset;
    private final int leaderEpoch;
    private final long hash;
    private @Nullable List<Long> values;

    StoredBatch(BatchView view) {
        this.view = view;
        this.baseOffset = view.baseOffset();
        this.nextOffset = view.nextOffset();
        this.leaderEpoch = view.leaderEpoch();
        this.hash = (long) view.crc() << 32 | view.headerCrc() & 0xffff_ffffL;
    }

    /** The batch where it lies in a copy of the file. */
    public BatchView view() {
        return view;
    }

    public long baseOffset() {
        return baseOffset;
    }

    /** Offset after its last record. */
    public long nextOffset() {
        return nextOffset;
    }

    public int leaderEpoch() {
        return leaderEpoch;
    }

    /** Bytes in its file. */
    public int sizeBytes() {
        return view.sizeBytes();
    }

    /** -1 for a producer that is not idempotent. */
    public long producerId() {
        return view.producerId();
    }

    public int producerEpoch() {
        return view.producerEpoch();
    }

    public int baseSequence() {
        return view.baseSequence();
    }

    public int lastSequence() {
        return view.lastSequence();
    }

    /** Of everything in it: offset, epoch, time of append and records. */
    public long hash() {
        return hash;
    }

    /** What each record carries: the number that its producer gave it, unique for all time. */
    public List<Long> values() {
        List<Long> known = values;
        if (known == null) {
            known = new ArrayList<>();
            RecordReader reader = RecordReader.of(view);
            while (reader.next()) {
                known.add(number(reader.value()));
            }
            values = known;
        }
        return known;
    }

    /** The value at an offset that the batch holds. */
    long valueAt(long offset) {
        int index = (int) (offset - baseOffset);
        return index < values().size() ? values().get(index) : NO_VALUE;
    }

    private static long number(@Nullable ByteBuffer value) {
        return value == null || value.remaining() < Long.BYTES ? NO_VALUE : value.getLong(value.position());
    }

    @Override
    public String toString() {
        return "[" + baseOffset + ".." + (nextOffset - 1) + "] epoch " + leaderEpoch + " hash "
                + Long.toHexString(hash);
    }
}
