package io.flotilla.broker.metadata;

import io.flotilla.broker.log.ForwardingDisk;
import io.flotilla.model.disk.Disk;
import io.flotilla.model.disk.DiskException;
import org.jspecify.annotations.Nullable;

/** A disk below which something breaks as no disk may: with another exception than a DiskException. */
final class FailingDisk extends ForwardingDisk {
    private @Nullable Throwable nextDeletion;
    private boolean breaksNextReplacement;

    FailingDisk(Disk disk) {
        super(disk);
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
        super.delete(path);
    }

    @Override
    public void rename(String from, String to) {
        super.rename(from, to);
        if (breaksNextReplacement) {
            breaksNextReplacement = false;
            throw new DiskException(DiskException.Kind.IO, "injected");
        }
    }
}
