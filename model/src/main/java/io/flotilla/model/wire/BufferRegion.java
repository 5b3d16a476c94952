package io.flotilla.model.wire;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** Stored batches in memory. */
record BufferRegion(ByteBuffer buffer) implements RegionBytes {
    @Override
    public int sizeBytes() {
        return buffer.limit();
    }

    @Override
    public int read(int position, byte[] target, int length) {
        buffer.get(position, target, 0, length);
        return length;
    }

    @Override
    public int writeTo(OutputStream out, int position, byte[] chunk) throws IOException {
        if (!buffer.hasArray()) {
            return RegionBytes.super.writeTo(out, position, chunk);
        }
        out.write(buffer.array(), buffer.arrayOffset() + position, buffer.limit() - position);
        return buffer.limit() - position;
    }

    @Override
    public void close() {}
}
