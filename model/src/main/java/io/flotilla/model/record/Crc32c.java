package io.flotilla.model.record;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The Castagnoli checksum of a range of a buffer, heap or direct; the JDK computes it with the processor's instruction.
 */
public final class Crc32c {
    private Crc32c() {}

    /** Checksum of {@code [from, to)} in absolute positions; the buffer's position and limit stay. */
    public static int of(ByteBuffer buffer, int from, int to) {
        var crc = new CRC32C();
        if (buffer.hasArray()) {
            crc.update(buffer.array(), buffer.arrayOffset() + from, to - from);
        } else {
            crc.update(buffer.slice(from, to - from));
        }
        return (int) crc.getValue();
    }
}
