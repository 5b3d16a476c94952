package io.flotilla.broker.log;

import io.flotilla.model.disk.Disk;
import io.flotilla.model.disk.DiskException;
import io.flotilla.model.disk.DiskFile;
import io.flotilla.model.disk.DiskLock;
import java.nio.ByteBuffer;
import java.util.List;

/** A disk with one sector that cannot be read: a byte of a file, by all who read over it. */
record UnreadableDisk(Disk disk, String path, long position) implements Disk {
    @Override
    public String name() {
        return disk.name();
    }

    @Override
    public List<String> list(String directory) {
        return disk.list(directory);
    }

    @Override
    public boolean exists(String file) {
        return disk.exists(file);
    }

    @Override
    public boolean isDirectory(String file) {
        return disk.isDirectory(file);
    }

    @Override
    public void createDirectory(String directory) {
        disk.createDirectory(directory);
    }

    @Override
    public DiskFile open(String file) {
        return file.equals(path) ? new Unreadable(disk.open(file), position) : disk.open(file);
    }

    @Override
    public DiskFile create(String file) {
        return disk.create(file);
    }

    @Override
    public void rename(String from, String to) {
        disk.rename(from, to);
    }

    @Override
    public void delete(String file) {
        disk.delete(file);
    }

    @Override
    public void syncDirectory(String directory) {
        disk.syncDirectory(directory);
    }

    @Override
    public long freeBytes() {
        return disk.freeBytes();
    }

    @Override
    public DiskLock lock(String file) {
        return disk.lock(file);
    }

    private record Unreadable(DiskFile file, long bad) implements DiskFile {
        @Override
        public long size() {
            return file.size();
        }

        @Override
        public int read(long position, ByteBuffer target) {
            if (position <= bad && bad < position + target.remaining()) {
                throw new DiskException(DiskException.Kind.IO, "Input/output error");
            }
            return file.read(position, target);
        }

        @Override
        public void append(ByteBuffer... buffers) {
            file.append(buffers);
        }

        @Override
        public void sync() {
            file.sync();
        }

        @Override
        public void truncate(long size) {
            file.truncate(size);
        }

        @Override
        public void close() {
            file.close();
        }
    }
}
