package io.flotilla.server;

import java.util.concurrent.Callable;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * One thread with timers that does not keep to itself what a task throws: its thread's handler hears of it, like that
 * of any thread. The JDK's own leaves it in a future, which nobody asks, and silently ends a periodic task.
 *
 * <p>The task is wrapped, rather than its future asked afterwards: the future of a task that cancelled itself while it
 * ran has forgotten what the task threw. What waits when it is shut down does not run any more.
 */
final class OutspokenTimer extends ScheduledThreadPoolExecutor {
    OutspokenTimer(ThreadFactory threads) {
        super(1, threads);
        setRemoveOnCancelPolicy(true);
        setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
        return super.schedule(outspoken(task), delay, unit);
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> task, long delay, TimeUnit unit) {
        return super.schedule(outspoken(task), delay, unit);
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable task, long initialDelay, long period, TimeUnit unit) {
        return super.scheduleAtFixedRate(outspoken(task), initialDelay, period, unit);
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable task, long initialDelay, long delay, TimeUnit unit) {
        return super.scheduleWithFixedDelay(outspoken(task), initialDelay, delay, unit);
    }

    private static Runnable outspoken(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (Throwable e) {
                report(e);
                throw e;
            }
        };
    }

    private static <V> Callable<V> outspoken(Callable<V> task) {
        return () -> {
            try {
                return task.call();
            } catch (Throwable e) {
                report(e);
                throw e;
            }
        };
    }

    private static void report(Throwable failure) {
        Thread current = Thread.currentThread();
        current.getUncaughtExceptionHandler().uncaughtException(current, failure);
    }
}
