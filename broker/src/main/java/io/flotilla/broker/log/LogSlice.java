package io.flotilla.broker.log;

import io.flotilla.model.disk.DiskException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Whole batches of a log where they lie in a file. Made by {@link LogView#read}; usable by one thread at a time;
 * whoever got it closes it. While it is open the file's bytes stay, even if retention deletes the file's name.
 */
public final class LogSlice implements AutoCloseable {
    private static final int CHUNK_BYTES = 64 << 10;

    private final @Nullable Segment segment;
    private final int position;
    private final int length;
    private final Bounds bounds;
    private boolean open;

    /** First offset, offset after the last, and whether the log was truncated since they were found. */
    record Bounds(long baseOffset, long nextOffset, Truncations.Since current) {}

    private LogSlice(@Nullable Segment segment, int position, int length, Bounds bounds) {
        this.segment = segment;
        this.position = position;
        this.length = length;
        this.bounds = bounds;
        this.open = segment != null;
    }

    /** No bytes, at this offset. */
    static LogSlice empty(long offset) {
        return new LogSlice(null, 0, 0, new Bounds(offset, offset, Truncations.NONE));
    }

    /** Bytes of a segment that the caller retained for this slice. */
    static LogSlice of(Segment retained, int position, int length, Bounds bounds) {
        return new LogSlice(retained, position, length, bounds);
    }

    public boolean isEmpty() {
        return length == 0;
    }

    /** Bytes of all batches. */
    public int length() {
        return length;
    }

    /** First offset of the first batch; for an empty slice the offset asked for. */
    public long baseOffset() {
        return bounds.baseOffset;
    }

    /** Offset after the last batch; for an empty slice the offset asked for. */
    public long nextOffset() {
        return bounds.nextOffset;
    }

    /**
     * Reads from byte {@code from} of the slice on, until the target or the slice ends, and answers how many bytes
     * came.
     *
     * @throws LogTruncatedException when the log was truncated since the slice was made; the bytes are then worthless
     */
    public int read(int from, ByteBuffer target) {
        int wanted = Math.min(target.remaining(), length - from);
        if (wanted <= 0 || segment == null) {
            return 0;
        }
        if (!open) {
            throw new DiskException(DiskException.Kind.CLOSED, "the slice of " + segment.path() + " is closed");
        }
        int limit = target.limit();
        target.limit(target.position() + wanted);
        int read;
        try {
            read = segment.file().read((long) position + from, target);
        } catch (DiskException e) {
            throw bounds.current.unreadable(bounds.baseOffset, segment.path(), e);
        }
        target.limit(limit);
        bounds.current.check();
        if (read != wanted) {
            throw bounds.current.corrupt(
                    bounds.baseOffset,
                    segment.path() + " ends at byte " + (position + from + read) + ", within a batch");
        }
        return read;
    }

    /** Where it lies, for messages. */
    String place() {
        return segment == null ? "nowhere" : segment.path() + " from byte " + position + " on";
    }

    /** All bytes, in a new heap buffer from 0 to its limit. */
    public ByteBuffer copy() {
        var bytes = ByteBuffer.allocate(length);
        read(0, bytes);
        return bytes.flip();
    }

    /** Writes all bytes, in chunks. */
    public void writeTo(OutputStream output) throws IOException {
        var chunk = ByteBuffer.allocate(Math.min(length, CHUNK_BYTES));
        for (int from = 0; from < length; from += chunk.limit()) {
            chunk.clear();
            read(from, chunk);
            chunk.flip();
            output.write(chunk.array(), 0, chunk.limit());
        }
    }

    @Override
    public void close() {
        if (open && segment != null) {
            open = false;
            segment.release();
        }
    }

    @Override
    public String toString() {
        return "slice [" + bounds.baseOffset + "," + bounds.nextOffset + ") of " + length + " bytes";
    }
}
