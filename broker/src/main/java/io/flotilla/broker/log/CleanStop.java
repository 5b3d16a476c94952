package io.flotilla.broker.log;

import io.flotilla.model.disk.Disk;

/**
 * The note that the run of the {@linkplain DirectoryMark#brokerEpoch() broker epoch} that a directory remembers, and
 * whoever came after it, stopped in good order (rule R6): with it a broker claims to hold what it held under that
 * epoch. A run that found no such note and ends before it is registered may have found less than that epoch's run had,
 * and leaves none behind, however well it stops. Guarded by its directory.
 */
final class CleanStop {
    static final String FILE = ".clean-stop";

    private final Disk disk;
    private final boolean found;
    private boolean vouched;

    private CleanStop(Disk disk, boolean found, boolean vouched) {
        this.disk = disk;
        this.found = found;
        this.vouched = vouched;
    }

    /** Takes the note of the last run away, for it holds for one start only; that is durable on return. */
    static CleanStop take(Disk disk, DirectoryMark mark) {
        boolean found = disk.exists(FILE);
        if (found) {
            disk.delete(FILE);
            disk.syncDirectory("");
        }
        return new CleanStop(disk, found, found || mark.brokerEpoch() == DirectoryMark.NO_BROKER_EPOCH);
    }

    /** Whether the last run left one. */
    boolean wasFound() {
        return found;
    }

    /** The controller has heard what this start found: from now on the epoch stands for that. */
    void registered() {
        vouched = true;
    }

    /** This run stopped in good order; durable on return. */
    void leave() {
        if (vouched) {
            disk.create(FILE).close();
            disk.syncDirectory("");
        }
    }
}
