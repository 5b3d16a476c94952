package io.flotilla.broker.metadata;

import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The control loop of the process, on an executor with one thread that the wiring owns and shuts down. Work that comes
 * after the shutdown is dropped: nothing is left that it could change.
 */
public final class ScheduledControlLoop implements ControlLoop {
    private static final Logger LOG = LoggerFactory.getLogger(ScheduledControlLoop.class);

    private final ScheduledExecutorService executor;

    /** @param executor must have exactly one thread */
    public ScheduledControlLoop(ScheduledExecutorService executor) {
        this.executor = executor;
    }

    @Override
    public void execute(Runnable task) {
        try {
            executor.execute(guarded(task));
        } catch (RejectedExecutionException e) {
            LOG.debug("dropped a task after the shutdown");
        }
    }

    @Override
    public Timer after(long delayNanos, Runnable task) {
        try {
            Future<?> future = executor.schedule(guarded(task), delayNanos, TimeUnit.NANOSECONDS);
            return () -> future.cancel(false);
        } catch (RejectedExecutionException e) {
            LOG.debug("dropped a timer after the shutdown");
            return Timer.NONE;
        }
    }

    /** A scheduled executor swallows what a task throws; the thread's own last resort must see it. */
    private static Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException | Error e) {
                Thread current = Thread.currentThread();
                current.getUncaughtExceptionHandler().uncaughtException(current, e);
            }
        };
    }
}
