package io.flotilla.model.wire;

import io.grpc.Drainable;
import io.grpc.KnownLength;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Objects;

/**
 * An outgoing message made of freshly encoded fields followed by stored batches as they are: since the batches' entries
 * carry the tag of field 1, the whole is one valid message. gRPC drains it into its frames and closes it; one thread at
 * a time.
 *
 * <p>gRPC promises the length before the bytes, so a region that turns out shorter fails the stream.
 */
public final class SplicedMessage extends InputStream implements Drainable, KnownLength {
    private static final int CHUNK_BYTES = 64 * 1024;
    /** One per thread that sends; a message that is being drained never yields to another on its thread. */
    private static final ThreadLocal<byte[]> CHUNK = ThreadLocal.withInitial(() -> new byte[CHUNK_BYTES]);

    private final byte[] fields;
    private final RegionBytes region;
    /** Bytes that have gone out. */
    private int position;

    /** @param region closed with this stream */
    public SplicedMessage(byte[] fields, RegionBytes region) {
        this.fields = fields;
        this.region = region;
    }

    @Override
    public int drainTo(OutputStream target) throws IOException {
        int start = position;
        if (position < fields.length) {
            target.write(fields, position, fields.length - position);
            position = fields.length;
        }
        position += region.writeTo(target, position - fields.length, CHUNK.get());
        return position - start;
    }

    @Override
    public int available() {
        return fields.length + region.sizeBytes() - position;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        int wanted = Math.min(length, available());
        if (wanted == 0) {
            return length == 0 ? 0 : -1;
        }
        if (position < fields.length) {
            int copied = Math.min(wanted, fields.length - position);
            System.arraycopy(fields, position, target, offset, copied);
            position += copied;
            return copied;
        }
        byte[] chunk = CHUNK.get();
        int read = region.read(position - fields.length, chunk, Math.min(wanted, chunk.length));
        if (read <= 0) {
            throw new IOException("stored batches end early at byte " + (position - fields.length));
        }
        System.arraycopy(chunk, 0, target, offset, read);
        position += read;
        return read;
    }

    @Override
    public void close() {
        region.close();
    }
}
