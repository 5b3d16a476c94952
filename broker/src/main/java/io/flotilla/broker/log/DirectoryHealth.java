package io.flotilla.broker.log;

import io.flotilla.model.disk.DiskException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether a log directory may still be trusted. The first failure of its storage takes it offline for the rest of the
 * process's life: what a failed write or sync left behind is unknown. Any thread may report and ask.
 */
public final class DirectoryHealth {
    private final String name;
    private final Consumer<DiskException> onFailure;
    private final AtomicReference<@Nullable DiskException> failure = new AtomicReference<>();

    /** {@code onFailure} hears of the first failure, on the thread that met it; it must hand off at once. */
    public DirectoryHealth(String name, Consumer<DiskException> onFailure) {
        this.name = name;
        this.onFailure = onFailure;
    }

    public boolean isOffline() {
        return failure.get() != null;
    }

    /** The failure that took the directory offline, null while it is online. */
    public @Nullable DiskException failure() {
        return failure.get();
    }

    /** Takes the directory offline; only the first call has an effect. */
    public void fail(DiskException cause) {
        if (failure.compareAndSet(null, cause)) {
            onFailure.accept(cause);
        }
    }

    /** Runs a step after which files and memory agree: any failure halfway takes the directory offline. */
    long guarding(LongSupplier step) {
        try {
            return step.getAsLong();
        } catch (DiskException e) {
            fail(e);
            throw e;
        }
    }

    // ---- a full disk is no failure: of steps that change nothing where there is no space for them
    // --------------------

    /** Runs a step that its caller gives up where there is no space; any other failure takes the directory offline. */
    void attempting(Runnable step) {
        try {
            step.run();
        } catch (DiskException e) {
            if (!e.isFull()) {
                fail(e);
            }
            throw e;
        }
    }

    /** Runs a step that may as well not happen; false where there was no space for it. Other failures are thrown. */
    static boolean ifSpace(Runnable step) {
        try {
            step.run();
            return true;
        } catch (DiskException e) {
            if (!e.isFull()) {
                throw e;
            }
            return false;
        }
    }

    /**
     * Runs a step off the loops, which may as well not happen; false where it did not. Any failure but want of space
     * takes the directory offline, and none is thrown.
     */
    boolean containing(Runnable step) {
        try {
            return ifSpace(step);
        } catch (DiskException e) {
            fail(e);
            return false;
        }
    }

    /** Throws {@link DiskException} when the directory is offline. */
    void checkOnline() {
        var cause = failure.get();
        if (cause != null) {
            throw new DiskException(
                    cause.kind(), "log directory " + name + " is offline: " + cause.getMessage(), cause);
        }
    }
}
