package io.flotilla.broker.log;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Sparse map of one segment: where some batches start, and how new the records before them are. One thread adds; any
 * thread looks up meanwhile. Never authoritative: the segment's bytes can rebuild it.
 */
final class OffsetIndex {
    static final int ENTRY_BYTES = 16;

    private static final int FIRST_CAPACITY = 8;

    /** The arrays are replaced when they grow; entries below {@code count} never change. */
    private record Entries(int[] relativeOffsets, int[] positions, long[] newestBeforeMs) {
        Entries(int capacity) {
            this(new int[capacity], new int[capacity], new long[capacity]);
        }

        Entries grown() {
            int capacity = positions.length * 2;
            return new Entries(
                    Arrays.copyOf(relativeOffsets, capacity),
                    Arrays.copyOf(positions, capacity),
                    Arrays.copyOf(newestBeforeMs, capacity));
        }
    }

    private final int intervalBytes;
    private volatile Entries entries = new Entries(FIRST_CAPACITY);
    private volatile int count;

    OffsetIndex(int intervalBytes) {
        this.intervalBytes = intervalBytes;
    }

    /**
     * Notes the batch that starts {@code relativeOffset} after the segment's base at {@code position}, unless the last
     * entry is near. {@code newestBeforeMs} is the largest timestamp of the segment's batches before it.
     */
    void note(int relativeOffset, int position, long newestBeforeMs) {
        int size = count;
        var current = entries;
        if (size > 0 && position - current.positions[size - 1] < intervalBytes) {
            return;
        }
        if (size == current.positions.length) {
            current = current.grown();
            entries = current;
        }
        current.relativeOffsets[size] = relativeOffset;
        current.positions[size] = position;
        current.newestBeforeMs[size] = newestBeforeMs;
        count = size + 1;
    }

    /** Where the last noted batch at or below the offset starts; 0 without one. */
    int positionAtOrBelow(long relativeOffset) {
        int size = count;
        var current = entries;
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (current.relativeOffsets[middle] <= relativeOffset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low == 0 ? 0 : current.positions[low - 1];
    }

    /** Where the last noted batch starts that is at or below both the offset and the position; 0 without one. */
    int positionAtOrBelow(long relativeOffset, int position) {
        int byOffset = positionAtOrBelow(relativeOffset);
        if (byOffset <= position) {
            return byOffset;
        }
        int size = count;
        int at = Arrays.binarySearch(entries.positions, 0, size, position);
        int index = at >= 0 ? at : -at - 2;
        return index < 0 ? 0 : entries.positions[index];
    }

    /** Offset, relative to the segment's base, of the last noted batch at or before the position; 0 without one. */
    int offsetAtOrBefore(long position) {
        int size = count;
        var current = entries;
        int at = Arrays.binarySearch(current.positions, 0, size, (int) Math.min(position, Integer.MAX_VALUE));
        int index = at >= 0 ? at : -at - 2;
        return index < 0 ? 0 : current.relativeOffsets[index];
    }

    /** Where to start looking for the first batch with a timestamp at or after the given one. */
    int positionBefore(long timestampMs) {
        int size = count;
        var current = entries;
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (current.newestBeforeMs[middle] < timestampMs) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low == 0 ? 0 : current.positions[low - 1];
    }

    /** A copy of the entries before {@code position}. */
    OffsetIndex cutAt(int position) {
        var cut = new OffsetIndex(intervalBytes);
        var current = entries;
        for (int i = 0; i < count && current.positions[i] < position; i++) {
            cut.note(current.relativeOffsets[i], current.positions[i], current.newestBeforeMs[i]);
        }
        return cut;
    }

    int count() {
        return count;
    }

    interface Visitor {
        void entry(int relativeOffset, int position, long newestBeforeMs);
    }

    void forEach(Visitor visitor) {
        int size = count;
        var current = entries;
        for (int i = 0; i < size; i++) {
            visitor.entry(current.relativeOffsets[i], current.positions[i], current.newestBeforeMs[i]);
        }
    }

    /**
     * Whether the entries can be those of a segment of so many bytes: each lies behind the one before, in the segment.
     */
    boolean fits(int sizeBytes) {
        int relativeOffset = -1;
        int position = -1;
        for (int i = 0; i < count; i++) {
            if (entries.relativeOffsets[i] <= relativeOffset || entries.positions[i] <= position) {
                return false;
            }
            relativeOffset = entries.relativeOffsets[i];
            position = entries.positions[i];
        }
        return position < sizeBytes;
    }

    void writeTo(ByteBuffer target) {
        forEach((relativeOffset, position, newestBeforeMs) ->
                target.putInt(relativeOffset).putInt(position).putLong(newestBeforeMs));
    }

    /** Reads what {@link #writeTo} wrote, up to the buffer's limit. */
    static OffsetIndex readFrom(ByteBuffer source, int intervalBytes) {
        var index = new OffsetIndex(intervalBytes);
        int count = source.remaining() / ENTRY_BYTES;
        var entries = new Entries(Math.max(FIRST_CAPACITY, count));
        for (int i = 0; i < count; i++) {
            entries.relativeOffsets[i] = source.getInt();
            entries.positions[i] = source.getInt();
            entries.newestBeforeMs[i] = source.getLong();
        }
        index.entries = entries;
        index.count = count;
        return index;
    }
}
