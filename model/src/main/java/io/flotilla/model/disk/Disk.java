package io.flotilla.model.disk;

import java.util.List;

/**
 * One log directory's storage. Paths are relative to it, with {@code /} between names; {@code ""} is the directory
 * itself. Any thread may call it; every failure is a {@link DiskException}. What is not synced may be gone, torn or
 * undone after a power loss: bytes until {@link DiskFile#sync}, creations, renames and deletions until
 * {@link #syncDirectory} of the directory that they changed.
 */
public interface Disk {
    /** How messages call the directory, normally its absolute path. */
    String name();

    /** Names of files and directories in {@code directory}, sorted. */
    List<String> list(String directory);

    boolean exists(String path);

    /** True when the path is a directory; false for files and for what does not exist. */
    boolean isDirectory(String path);

    /** Creates one directory; does nothing when it is there. */
    void createDirectory(String path);

    /** Opens a file that exists, else {@link DiskException.Kind#NOT_FOUND}. The caller closes it. */
    DiskFile open(String path);

    /** Creates an empty file, else {@link DiskException.Kind#ALREADY_EXISTS}. The caller closes it. */
    DiskFile create(String path);

    /** Moves a file over {@code to}, or a directory to a name that is free, atomically. */
    void rename(String from, String to);

    /** Removes a file or an empty directory. An open file stays readable until it is closed. */
    void delete(String path);

    /**
     * Makes creations, renames and deletions in {@code directory} survive a power loss. Never retry after a failure.
     */
    void syncDirectory(String directory);

    /** Bytes that may still be written. */
    long freeBytes();

    /**
     * Takes the file as a lock against other processes and other users of this process, creating it where need be, else
     * {@link DiskException.Kind#LOCKED}. Closing the lock releases it; so does the end of the process.
     */
    DiskLock lock(String path);
}
