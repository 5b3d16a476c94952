package io.flotilla.model.disk.simulated;

import io.flotilla.model.disk.DiskException;
import io.flotilla.model.disk.DiskException.Kind;

/** What all files of a simulated disk share: power cycles, space, and the faults asked for. */
final class SimulatedPower {
    private static final int UNLIMITED = -1;

    private int cycles;
    private boolean syncsFail;
    private boolean nextSyncFails;
    /** A sync failed once since the last power loss, and what it should have stored is forgotten. */
    private boolean forgetful;

    private boolean writesFail;
    private long freeBytes = Long.MAX_VALUE;
    private long syncCount;
    private boolean lost;
    /** So many operations still happen; negative for as many as are asked for. */
    private int operationsLeft = UNLIMITED;

    private Runnable onLoss = () -> {};

    int cycles() {
        return cycles;
    }

    void cycle() {
        cycles++;
    }

    void failSyncs(boolean fail) {
        syncsFail = fail;
        nextSyncFails = false;
    }

    void failNextSync() {
        nextSyncFails = true;
    }

    boolean isForgetful() {
        return forgetful;
    }

    void remembersAll() {
        forgetful = false;
    }

    void failWrites(boolean fail) {
        writesFail = fail;
    }

    /** Lets the power fail after so many more changes and syncs; {@code hook} then decides what is left of it all. */
    void failAfter(int operations, Runnable hook) {
        operationsLeft = operations;
        onLoss = hook;
    }

    /** There is power, for good. */
    void restore() {
        lost = false;
        operationsLeft = UNLIMITED;
    }

    /** Something is about to change or to be synced: happens before all else, so that nothing of it is there. */
    void operation(String what) {
        if (!lost && operationsLeft == 0) {
            lost = true;
            onLoss.run();
        }
        if (lost) {
            throw new PowerLostError(what);
        }
        operationsLeft -= operationsLeft > 0 ? 1 : 0;
    }

    /** Fails where the device takes no bytes any more. */
    void checkWritable(String what) {
        if (writesFail) {
            throw new DiskException(Kind.IO, "input/output error on " + what);
        }
    }

    void limitFreeBytes(long bytes) {
        freeBytes = bytes;
    }

    long freeBytes() {
        return freeBytes;
    }

    long syncCount() {
        return syncCount;
    }

    /**
     * Counts a sync of {@code what}, or fails it.
     *
     * @param forget drops what it should have stored
     */
    void sync(String what, Runnable forget) {
        if (nextSyncFails) {
            nextSyncFails = false;
            forgetful = true;
            forget.run();
            throw new DiskException(Kind.SYNC_FAILED, "sync of " + what + " failed once");
        }
        if (syncsFail) {
            throw new DiskException(Kind.SYNC_FAILED, "sync of " + what + " failed");
        }
        syncCount++;
    }

    /** Takes up to {@code bytes} of space and answers how many there were. */
    int take(int bytes) {
        int granted = (int) Math.min(bytes, freeBytes);
        freeBytes -= freeBytes == Long.MAX_VALUE ? 0 : granted;
        return granted;
    }
}
