package io.flotilla.broker.log.disk;

import io.flotilla.model.disk.DiskException;
import io.flotilla.model.disk.DiskException.Kind;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Tells the operating system's failures apart. */
final class Failures {
    private Failures() {}

    static DiskException of(String what, IOException cause) {
        return new DiskException(kindOf(cause), what + ": " + describe(cause), cause);
    }

    private static Kind kindOf(IOException cause) {
        if (cause instanceof NoSuchFileException) {
            return Kind.NOT_FOUND;
        }
        if (cause instanceof FileAlreadyExistsException) {
            return Kind.ALREADY_EXISTS;
        }
        if (cause instanceof AccessDeniedException) {
            return Kind.ACCESS_DENIED;
        }
        if (cause instanceof ClosedChannelException) {
            return Kind.CLOSED;
        }
        return isFull(cause.getMessage()) ? Kind.FULL : Kind.IO;
    }

    /** The JDK passes the system's own words for ENOSPC and EDQUOT on, and nothing else. */
    private static boolean isFull(@Nullable String message) {
        if (message == null) {
            return false;
        }
        var text = message.toLowerCase(Locale.ROOT);
        return text.contains("no space left") || text.contains("quota exceeded");
    }

    private static String describe(IOException cause) {
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }
}
