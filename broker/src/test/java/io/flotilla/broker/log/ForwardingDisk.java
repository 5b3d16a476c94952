package io.flotilla.broker.log;

import io.flotilla.model.disk.Disk;
import io.flotilla.model.disk.DiskFile;
import io.flotilla.model.disk.DiskLock;
import java.nio.ByteBuffer;
import java.util.List;

/** Another disk, for tests that have it do one thing otherwise. */
public class ForwardingDisk implements Disk {
    private final Disk disk;

    public ForwardingDisk(Disk disk) {
        this.disk = disk;
    }

    @Override
    public String name() {
        return disk.name();
    }

    @Override
    public List<String> list(String directory) {
        return disk.list(directory);
    }

    @Override
    public boolean exists(String path) {
        return disk.exists(path);
    }

    @Override
    public boolean isDirectory(String path) {
        return disk.isDirectory(path);
    }

    @Override
    public void createDirectory(String path) {
        disk.createDirectory(path);
    }

    @Override
    public DiskFile open(String path) {
        return disk.open(path);
    }

    @Override
    public DiskFile create(String path) {
        return disk.create(path);
    }

    @Override
    public void rename(String from, String to) {
        disk.rename(from, to);
    }

    @Override
    public void delete(String path) {
        disk.delete(path);
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
    public DiskLock lock(String path) {
        return disk.lock(path);
    }

    /** Another file, of which one thing is done otherwise. */
    static class ForwardingFile implements DiskFile {
        private final DiskFile file;

        ForwardingFile(DiskFile file) {
            this.file = file;
        }

        @Override
        public long size() {
            return file.size();
        }

        @Override
        public int read(long position, ByteBuffer target) {
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
