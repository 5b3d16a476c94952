package io.flotilla.broker.rpc;

import io.flotilla.broker.log.CorruptLogException;
import io.flotilla.broker.log.LogSlice;
import io.flotilla.broker.log.LogTruncatedException;
import io.flotilla.model.disk.DiskException;
import io.flotilla.model.wire.RegionBytes;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A piece of a log as the tail of an outgoing message; closing it lets go of the segment. One thread at a time. */
record SliceRegion(LogSlice slice) implements RegionBytes {
    @Override
    public int sizeBytes() {
        return slice.length();
    }

    @Override
    public int read(int position, byte[] target, int length) throws IOException {
        try {
            return slice.read(position, ByteBuffer.wrap(target, 0, length));
        } catch (LogTruncatedException | CorruptLogException | DiskException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        slice.close();
    }
}
