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

    /**
     * Runs a step that changes nothing where there is no space for it: any other failure takes the directory offline.
     */
    void attempting(Runnable step) {
        try {
            step.run();
        } catch (DiskException e) {
            if (e.kind() != DiskException.Kind.FULL) {
                fail(e);
            }
            throw e;
        }
    }

    /** Runs a step that may as well not happen where there is no space for it, and then changes nothing. */
    static void ifSpace(Runnable step) {
        try {
            step.run();
        } catch (DiskException e) {
            if (e.kind() != DiskException.Kind.FULL) {
                throw e;
            }
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
