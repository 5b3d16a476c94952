package io.flotilla.model.record;

import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * Whole batches that lie one after the other in a buffer, between its position and its limit when the region was made:
 * a piece of a segment, or the batches of a request. Only for bytes that {@link BatchCheck} has passed.
 */
public final class BatchRegion implements Iterable<BatchView> {
    private final ByteBuffer buffer;
    private final int start;
    private final int end;

    private BatchRegion(ByteBuffer buffer) {
        this.buffer = buffer;
        this.start = buffer.position();
        this.end = buffer.limit();
    }

    /** The batches between the buffer's position and limit. */
    public static BatchRegion of(ByteBuffer buffer) {
        return new BatchRegion(buffer);
    }

    public int sizeBytes() {
        return end - start;
    }

    public boolean isEmpty() {
        return end == start;
    }

    /** The bytes, a fresh view with its own position. */
    public ByteBuffer bytes() {
        return buffer.slice(start, end - start);
    }

    /** Walks the batches in order; throws {@link IllegalArgumentException} where no batch starts. */
    @Override
    public Iterator<BatchView> iterator() {
        return new Iterator<>() {
            private int next = start;

            @Override
            public boolean hasNext() {
                return next < end;
            }

            @Override
            public BatchView next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                var batch = BatchView.at(buffer, next);
                next = batch.end();
                return batch;
            }
        };
    }
}
