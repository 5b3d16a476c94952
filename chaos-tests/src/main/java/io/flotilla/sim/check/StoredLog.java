package io.flotilla.sim.check;

import io.flotilla.model.record.BatchCheck;
import io.flotilla.model.record.BatchView;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * The batches of a log, read off its files by the format alone, as far as they are whole and follow each other: what
 * recovery would believe. Does not change; a log that only grew shares what it has with its predecessor.
 */
public final class StoredLog {
    /** No log at all, or an empty one. */
    public static final StoredLog EMPTY = new StoredLog(0, new ArrayList<>(), 0);

    private final long logStart;
    /** Shared with those that grew out of it, which add behind {@code count}. */
    private final ArrayList<StoredBatch> shared;

    private final int count;

    private StoredLog(long logStart, ArrayList<StoredBatch> shared, int count) {
        this.logStart = logStart;
        this.shared = shared;
        this.count = count;
    }

    /**
     * Reads segments in order.
     *
     * @param baseOffsets of the segments, ascending
     * @param contents bytes of each
     */
    public static StoredLog of(List<Long> baseOffsets, List<byte[]> contents) {
        long start = baseOffsets.isEmpty() ? 0 : baseOffsets.get(0);
        ArrayList<StoredBatch> found = new ArrayList<>();
        long next = start;
        for (int i = 0; i < baseOffsets.size() && baseOffsets.get(i) == next; i++) {
            next = read(contents.get(i), next, found);
        }
        return new StoredLog(start, found, found.size());
    }

    private static long read(byte[] content, long from, List<StoredBatch> into) {
        ByteBuffer bytes = ByteBuffer.wrap(content);
        long next = from;
        int position = 0;
        while (position < bytes.limit() && BatchCheck.stored(bytes, position, bytes.limit()) == null) {
            BatchView view = BatchView.at(bytes, position);
            if (view.baseOffset() != next) {
                break;
            }
            into.add(new StoredBatch(view));
            next = view.nextOffset();
            position = view.end();
        }
        return next;
    }

    /**
     * The same log with more bytes in its last segment.
     *
     * @param base of that segment
     * @param more bytes behind those that were read of it
     */
    public StoredLog grown(long base, byte[] more) {
        if (end() < base) {
            return this;
        }
        ArrayList<StoredBatch> all = shared.size() == count ? shared : new ArrayList<>(shared.subList(0, count));
        read(more, end(), all);
        return new StoredLog(logStart, all, all.size());
    }

    /** Bytes of the batches from an offset on. */
    public long bytesIn(long base) {
        long bytes = 0;
        for (int i = count - 1; i >= 0 && shared.get(i).baseOffset() >= base; i--) {
            bytes += shared.get(i).sizeBytes();
        }
        return bytes;
    }

    /** The same object for a log and all that only grew out of it: what was looked at there need not be again. */
    public Object lineage() {
        return shared;
    }

    /** First offset that the log still counts as its own, as far as its files tell. */
    public long logStart() {
        return logStart;
    }

    /** In order, without a gap. */
    public List<StoredBatch> batches() {
        return Collections.unmodifiableList(shared.subList(0, count));
    }

    /** Number of {@link #batches}. */
    public int size() {
        return count;
    }

    /** One of {@link #batches}. */
    public StoredBatch get(int index) {
        return shared.get(index);
    }

    /** Offset after the last batch. */
    public long end() {
        return count == 0 ? logStart : shared.get(count - 1).nextOffset();
    }

    /** The batch that holds the offset. */
    public Optional<StoredBatch> at(long offset) {
        int index = indexOf(offset);
        return index < count && shared.get(index).baseOffset() <= offset
                ? Optional.of(shared.get(index))
                : Optional.empty();
    }

    /** Index in {@link #batches} of the batch that holds the offset, or of the first one behind it. */
    public int indexOf(long offset) {
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (shared.get(middle).nextOffset() <= offset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
