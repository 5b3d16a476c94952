package io.flotilla.server;

import io.flotilla.quorum.raft.FatalStop;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops the process at once where going on could do harm: a broken invariant, a log that failed, a registration that
 * was replaced. What was acknowledged is safe on the disks; the next start recovers. Safe for any thread.
 */
final class LastResort implements FatalStop, Thread.UncaughtExceptionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(LastResort.class);
    private static final int EXIT_CODE = 3;

    private final AtomicBoolean leaving = new AtomicBoolean();

    @Override
    public void stop(String reason, Throwable cause) {
        LOG.error("this node stops at once: {}", reason, cause);
        Runtime.getRuntime().halt(EXIT_CODE);
    }

    /** As {@link #stop(String, Throwable)}, where nothing was thrown. */
    void stop(String reason) {
        LOG.error("this node stops at once: {}", reason);
        Runtime.getRuntime().halt(EXIT_CODE);
    }

    /** In good order, by the hook that every stop of the process runs. */
    @Override
    public void removed(String reason) {
        if (leaving.compareAndSet(false, true)) {
            LOG.warn("this node stops: {}", reason);
            new Thread(() -> Runtime.getRuntime().exit(0), "removed").start();
        }
    }

    @Override
    public void uncaughtException(Thread thread, Throwable failure) {
        stop("thread " + thread.getName() + " failed, which is a bug; please report the stack below", failure);
    }
}
