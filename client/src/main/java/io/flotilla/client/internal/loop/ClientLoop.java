package io.flotilla.client.internal.loop;

import io.flotilla.model.time.Clock;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The single thread that owns a client's state: application threads and transport callbacks hand tasks to it, and it
 * lets its body advance after each batch of tasks and whenever time is due. The client that makes it closes it.
 */
public final class ClientLoop implements Executor {
    private static final Logger LOG = LoggerFactory.getLogger(ClientLoop.class);
    private static final long PARK_NANOS_MAX = TimeUnit.SECONDS.toNanos(10);

    /** What the loop drives. All calls come from the loop's thread. */
    public interface Body {
        /**
         * Does everything that is due.
         *
         * @return nanoseconds until the next timed work; 0 to be called again at once; Long.MAX_VALUE when only an
         *     event can make more
         */
        long advance(long nowNanos);

        /** Called once when the body or a task threw: everything pending must fail, nothing runs after. */
        void crashed(Throwable cause);
    }

    private final Body body;
    private final Clock clock;
    private final Thread thread;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private volatile boolean woken;
    private volatile boolean parked;
    private volatile boolean stopped;

    public ClientLoop(ThreadFactory threads, Clock clock, Body body) {
        this.clock = clock;
        this.body = body;
        this.thread = threads.newThread(this::run);
    }

    public void start() {
        thread.start();
    }

    /** Runs a task on the loop's thread; after the loop has stopped the task is dropped. Any thread. */
    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        wake();
    }

    /** Makes the body advance soon. Any thread. */
    public void wake() {
        woken = true;
        if (parked) {
            LockSupport.unpark(thread);
        }
    }

    public boolean isLoopThread() {
        return Thread.currentThread() == thread;
    }

    /** True once nothing handed over is sure to run any more. Any thread. */
    public boolean isStopped() {
        return stopped;
    }

    /** Stops the loop after the tasks that it has. Any thread. */
    public void stop() {
        stopped = true;
        wake();
    }

    /** Waits for the loop's thread to end, at most so many milliseconds; does nothing on that thread itself. */
    public void join(long timeoutMs) throws InterruptedException {
        if (!isLoopThread()) {
            thread.join(Math.max(1, timeoutMs));
        }
    }

    private void run() {
        try {
            while (!stopped) {
                woken = false;
                runTasks();
                long waitNanos = body.advance(clock.nanos());
                park(waitNanos);
            }
        } catch (RuntimeException | Error e) {
            LOG.error("{} failed; the client is unusable from here on", thread.getName(), e);
            stopped = true;
            body.crashed(e);
        }
        runTasks();
    }

    private void runTasks() {
        Runnable task = tasks.poll();
        while (task != null) {
            task.run();
            task = tasks.poll();
        }
    }

    private void park(long waitNanos) {
        if (waitNanos <= 0) {
            return;
        }
        parked = true;
        if (!woken && !stopped) {
            LockSupport.parkNanos(this, Math.min(waitNanos, PARK_NANOS_MAX));
        }
        parked = false;
    }
}
