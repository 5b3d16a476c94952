package io.flotilla.broker.log;

import io.flotilla.model.disk.DiskFile;
import io.flotilla.model.record.BatchCheck;
import io.flotilla.model.record.BatchDefect;
import io.flotilla.model.record.BatchLayout;
import io.flotilla.model.record.BatchView;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Walks the batches of a segment by their headers, from a position where one starts up to a limit. Reads windows of the
 * file; small batches share one, of large ones only the first bytes are read. Owned by one thread.
 */
final class BatchCursor {
    private static final int WINDOW_BYTES = 4096;

    private final DiskFile file;
    private final long limit;
    private final ByteBuffer window = ByteBuffer.allocate(WINDOW_BYTES);

    /** Position in the file of the window's first byte. */
    private long windowStart;

    private long next;
    private long nextOffset = -1;
    private @Nullable BatchView batch;
    private @Nullable BatchDefect defect;

    BatchCursor(DiskFile file, long position, long limit) {
        this.file = file;
        this.limit = limit;
        this.next = position;
        this.windowStart = position;
        window.limit(0);
    }

    /** Moves to the next batch; false at the limit, and where there is {@link #defect}. */
    boolean advance() {
        batch = null;
        if (next >= limit) {
            return false;
        }
        long needed = Math.min(BatchLayout.MAX_PREFIX_BYTES, limit - next);
        if (next < windowStart || next + needed > windowStart + window.limit()) {
            load();
        }
        int at = (int) (next - windowStart);
        defect = BatchCheck.prefix(window, at, window.limit(), limit - next);
        if (defect != null) {
            return false;
        }
        var view = BatchView.at(window, at);
        batch = view;
        next += view.sizeBytes();
        nextOffset = view.nextOffset();
        return true;
    }

    private void load() {
        window.clear();
        window.limit((int) Math.min(WINDOW_BYTES, limit - next));
        file.read(next, window);
        window.flip();
        windowStart = next;
    }

    /** The batch moved to; only its fields may be read, its payload is not there. */
    BatchView batch() {
        if (batch == null) {
            throw new IllegalStateException("the cursor stands on no batch");
        }
        return batch;
    }

    /** Where in the file the batch moved to starts. */
    long position() {
        return next - batch().sizeBytes();
    }

    /** The offset after the last batch moved to; -1 before the first. */
    long nextOffset() {
        return nextOffset;
    }

    /** Where in the file the next batch starts. */
    long nextPosition() {
        return next;
    }

    /** Why {@link #advance} stopped before the limit; null when it did not. */
    @Nullable
    BatchDefect defect() {
        return defect;
    }
}
