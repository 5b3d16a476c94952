package io.flotilla.broker.log;

import io.flotilla.broker.isr.EpochEnd;
import io.flotilla.model.error.Invariant;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which leader epoch wrote which offsets: every epoch that has a batch in the log, with its first offset. Always equal
 * to what a walk over the log's batches gives, but that a log of which everything was given up keeps its latest epoch:
 * replicas that end there then still see that they agree. Owned by the log's loop thread; see KIP-101 and KIP-279.
 */
public final class EpochHistory {
    /** An epoch that has batches in the log, and the offset of the first. */
    public record Start(int epoch, long startOffset) {}

    private static final int START_BYTES = Integer.BYTES + Long.BYTES;

    /** Epochs and offsets both rise strictly. */
    private final ArrayList<Start> starts = new ArrayList<>();

    /** Every epoch with its first offset, oldest first. */
    public List<Start> starts() {
        return List.copyOf(starts);
    }

    /** Epoch of the log's last batch; {@link EpochEnd#NO_EPOCH} when it has none. */
    public int latest() {
        return starts.isEmpty()
                ? EpochEnd.NO_EPOCH
                : starts.get(starts.size() - 1).epoch();
    }

    /** The largest epoch at most the asked one and its end, in a log of these bounds (rule R1). */
    EpochEnd endOf(int askedEpoch, long logStart, long logEnd) {
        for (int i = starts.size() - 1; i >= 0; i--) {
            if (starts.get(i).epoch() <= askedEpoch) {
                long end = i + 1 < starts.size() ? starts.get(i + 1).startOffset() : logEnd;
                return new EpochEnd(starts.get(i).epoch(), end);
            }
        }
        return new EpochEnd(EpochEnd.NO_EPOCH, logStart);
    }

    /** Notes a batch of {@code epoch} at {@code offset}. Epochs never fall. */
    void note(int epoch, long offset) {
        int latest = latest();
        if (epoch == latest) {
            return;
        }
        Invariant.check(epoch > latest, "a batch of epoch %d at offset %d follows epoch %d", epoch, offset, latest);
        starts.add(new Start(epoch, offset));
    }

    /** Forgets the epochs that begin at or after the log's new end. */
    void truncateTo(long logEnd) {
        while (!starts.isEmpty() && starts.get(starts.size() - 1).startOffset() >= logEnd) {
            starts.remove(starts.size() - 1);
        }
    }

    /** Forgets the epochs that end at or before the log's new start; the first kept begins there. */
    void startAt(long logStart, long logEnd) {
        while (starts.size() > 1 && starts.get(1).startOffset() <= logStart) {
            starts.remove(0);
        }
        if (!starts.isEmpty() && starts.get(0).startOffset() < logStart) {
            starts.set(0, new Start(starts.get(0).epoch(), logStart));
        }
    }

    void clear() {
        starts.clear();
    }

    /** The history as bytes; it speaks for every batch below {@code coveredTo}. */
    ByteBuffer encode(long coveredTo) {
        var bytes =
                ByteBuffer.allocate(Long.BYTES + starts.size() * START_BYTES).putLong(coveredTo);
        starts.forEach(start -> bytes.putInt(start.epoch()).putLong(start.startOffset()));
        return bytes.flip();
    }

    /** A history and the offset up to which it is complete. */
    record Restored(EpochHistory history, long coveredTo) {
        /** False for one that was written when the log had given up more than is durably noted. */
        boolean reachesBackTo(long logStart) {
            return coveredTo <= logStart
                    || (!history.starts.isEmpty() && history.starts.get(0).startOffset() <= logStart);
        }
    }

    /** Reads what {@link #encode} wrote; null when the bytes are not a history. */
    static @Nullable Restored decode(ByteBuffer bytes) {
        if (bytes.remaining() < Long.BYTES || (bytes.remaining() - Long.BYTES) % START_BYTES != 0) {
            return null;
        }
        long coveredTo = bytes.getLong();
        var history = new EpochHistory();
        while (bytes.hasRemaining()) {
            var start = new Start(bytes.getInt(), bytes.getLong());
            if (start.epoch() <= history.latest()) {
                return null;
            }
            history.starts.add(start);
        }
        return new Restored(history, coveredTo);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof EpochHistory history && history.starts.equals(starts);
    }

    @Override
    public int hashCode() {
        return starts.hashCode();
    }

    @Override
    public String toString() {
        return starts.toString();
    }
}
