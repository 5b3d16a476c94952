package io.flotilla.model.wire;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/**
 * Stored batches that an outgoing message ends with. Belongs to the message that carries it: whoever drops the message
 * closes it. Used by one thread at a time.
 */
public interface RegionBytes extends AutoCloseable {
    /** Stands for "no batches". */
    RegionBytes NONE = of(ByteBuffer.allocate(0));

    /** The bytes between the buffer's position and limit, which must not change before the message has gone out. */
    static RegionBytes of(ByteBuffer buffer) {
        return new BufferRegion(buffer.slice());
    }

    /** Size of the region; fixed. */
    int sizeBytes();

    /**
     * Copies bytes from {@code position} of the region to the front of {@code target}.
     *
     * @param length at most the target's length and what is left of the region
     * @return how many bytes came, at least 1
     * @throws IOException when the bytes cannot be read
     */
    int read(int position, byte[] target, int length) throws IOException;

    /** Lets go of what holds the bytes, for example a segment; a second call does nothing. */
    @Override
    void close();

    /** Writes the region from {@code position} on through the chunk; answers how many bytes. */
    default int writeTo(OutputStream out, int position, byte[] chunk) throws IOException {
        int at = position;
        while (at < sizeBytes()) {
            int read = read(at, chunk, Math.min(chunk.length, sizeBytes() - at));
            if (read <= 0) {
                throw new IOException("stored batches end at byte " + at + " instead of " + sizeBytes());
            }
            out.write(chunk, 0, read);
            at += read;
        }
        return at - position;
    }
}
