package io.flotilla.model.disk;

/** A lock on a directory, held until closed. */
public interface DiskLock extends AutoCloseable {
    @Override
    void close();
}
