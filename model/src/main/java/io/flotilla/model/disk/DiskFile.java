package io.flotilla.model.disk;

import java.nio.ByteBuffer;

/**
 * An open file that grows at its end. One thread appends and truncates; any thread may read and sync meanwhile. Threads
 * that use it must never be interrupted: that would close it for all.
 */
public interface DiskFile extends AutoCloseable {
    /** Bytes of the file. */
    long size();

    /**
     * Fills {@code target} from byte {@code position} on, up to its limit or to the end of the file, and answers how
     * many bytes came; 0 at or past the end.
     */
    int read(long position, ByteBuffer target);

    /**
     * Writes all bytes of all buffers, in order, at the end of the file. After a failure any part of them may be there.
     */
    void append(ByteBuffer... buffers);

    /** Makes what was written, and the size, survive a power loss. Never retry after a failure. */
    void sync();

    /** Cuts the file to {@code size} bytes, which must not exceed its size. */
    void truncate(long size);

    @Override
    void close();
}
