package io.flotilla.broker.log;

import io.flotilla.model.disk.Disk;

/**
 * Folders that logs of one directory made since the directory was synced: one sync makes all of them durable. Any
 * thread.
 */
final class NewFolders {
    private final Disk disk;

    /** Guarded by this. */
    private long made;

    /** So many of the folders made, the oldest, survive a power loss. Written under this. */
    private volatile long durable;

    NewFolders(Disk disk) {
        this.disk = disk;
    }

    /** Makes a folder, where it does not exist, and answers how many were made with it. */
    synchronized long make(String name) {
        disk.createDirectory(name);
        return ++made;
    }

    /** Makes the first so many folders durable, and all others made so far with them. */
    void sync(long number) {
        if (number <= durable) {
            return;
        }
        long covered = madeSoFar();
        disk.syncDirectory("");
        covers(covered);
    }

    private synchronized long madeSoFar() {
        return made;
    }

    private synchronized void covers(long number) {
        durable = Math.max(durable, number);
    }
}
