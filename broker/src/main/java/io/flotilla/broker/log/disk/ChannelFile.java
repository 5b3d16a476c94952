package io.flotilla.broker.log.disk;

import io.flotilla.model.disk.DiskException;
import io.flotilla.model.disk.DiskException.Kind;
import io.flotilla.model.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** A file of the file system. Appends are gather writes at the channel's position, reads are positional. */
final class ChannelFile implements DiskFile {
    private final String path;
    private final FileChannel channel;

    /** Takes over the channel and goes to its end. */
    ChannelFile(String path, FileChannel channel) throws IOException {
        this.path = path;
        this.channel = channel;
        channel.position(channel.size());
    }

    @Override
    public long size() {
        try {
            return channel.size();
        } catch (IOException e) {
            throw Failures.of("cannot ask for the size of " + path, e);
        }
    }

    @Override
    public int read(long position, ByteBuffer target) {
        int total = 0;
        try {
            while (target.hasRemaining()) {
                int count = channel.read(target, position + total);
                if (count < 0) {
                    break;
                }
                total += count;
            }
            return total;
        } catch (IOException e) {
            throw Failures.of("cannot read " + path + " at " + position, e);
        }
    }

    @Override
    public void append(ByteBuffer... buffers) {
        try {
            int first = 0;
            while (first < buffers.length) {
                if (buffers[first].hasRemaining()) {
                    channel.write(buffers, first, buffers.length - first);
                } else {
                    first++;
                }
            }
        } catch (IOException e) {
            throw Failures.of("cannot append to " + path, e);
        }
    }

    @Override
    public void sync() {
        try {
            channel.force(false);
        } catch (IOException e) {
            throw new DiskException(Kind.SYNC_FAILED, "cannot sync " + path + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void truncate(long size) {
        try {
            if (size > channel.size()) {
                throw new DiskException(Kind.IO, "cannot cut " + path + " of " + channel.size() + " bytes to " + size);
            }
            channel.truncate(size);
            channel.position(size);
        } catch (IOException e) {
            throw Failures.of("cannot truncate " + path, e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw Failures.of("cannot close " + path, e);
        }
    }
}
