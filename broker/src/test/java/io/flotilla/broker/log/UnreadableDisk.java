package io.flotilla.broker.log;

import io.flotilla.model.disk.Disk;
import io.flotilla.model.disk.DiskException;
import io.flotilla.model.disk.DiskFile;
import java.nio.ByteBuffer;

/** A disk with one sector that cannot be read: a byte of a file, by all who read over it. */
final class UnreadableDisk extends ForwardingDisk {
    private final String path;
    private final long bad;

    UnreadableDisk(Disk disk, String path, long bad) {
        super(disk);
        this.path = path;
        this.bad = bad;
    }

    @Override
    public DiskFile open(String file) {
        return file.equals(path) ? new UnreadableFile(super.open(file)) : super.open(file);
    }

    private final class UnreadableFile extends ForwardingFile {
        UnreadableFile(DiskFile file) {
            super(file);
        }

        @Override
        public int read(long position, ByteBuffer target) {
            if (position <= bad && bad < position + target.remaining()) {
                throw new DiskException(DiskException.Kind.IO, "Input/output error");
            }
            return super.read(position, target);
        }
    }
}
