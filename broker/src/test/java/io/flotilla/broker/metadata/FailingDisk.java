package io.flotilla.broker.metadata;

import io.flotilla.model.disk.Disk;
import io.flotilla.model.disk.DiskException;
import io.flotilla.model.disk.DiskFile;
import io.flotilla.model.disk.DiskLock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A disk below which something breaks as no disk may: with another exception than a DiskException. */
final class FailingDisk implements Disk {
    private final Disk disk;
    private @Nullable Throwable nextDeletion;
    private boolean breaksNextReplacement;

    FailingDisk(Disk disk) {
        this.disk = disk;
    }

    /** @param failure a RuntimeException or an Error */
    void breakNextDeletion(Throwable failure) {
        nextDeletion = failure;
    }

    /** The next file that is replaced is so, but whoever replaces it hears of a failure. */
    void breakNextReplacement() {
        breaksNextReplacement = true;
    }

    @Override
    public void delete(String path) {
        Throwable failure = nextDeletion;
        nextDeletion = null;
        if (failure instanceof RuntimeException exception) {
            throw exception;
        } else if (failure instanceof Error error) {
            throw error;
        }
        disk.delete(path);
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
        if (breaksNextReplacement) {
            breaksNextReplacement = false;
            throw new DiskException(DiskException.Kind.IO, "injected");
        }
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
}
