package io.flotilla.model.disk;

import org.jspecify.annotations.Nullable;

/** A failure of the storage. Caught where it can be contained: the log directory goes offline, the process goes on. */
public final class DiskException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What failed, as far as a caller may care. */
    public enum Kind {
        NOT_FOUND,
        ALREADY_EXISTS,
        /** No space, or a quota is used up. */
        FULL,
        /** Another process holds the directory. */
        LOCKED,
        ACCESS_DENIED,
        /** The file was closed, or the disk lost its power since it was opened. */
        CLOSED,
        /** A sync failed: what it covered may be lost, even if a later sync succeeds. */
        SYNC_FAILED,
        /** Anything else that the operating system reports. */
        IO
    }

    private final Kind kind;

    public DiskException(Kind kind, String message) {
        this(kind, message, null);
    }

    public DiskException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    /** Whether there was only no space: the disk is well, and the same may succeed later. */
    public boolean isFull() {
        return kind == Kind.FULL;
    }
}
