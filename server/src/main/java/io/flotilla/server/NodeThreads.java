package io.flotilla.server;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All threads of the process that are not a library's own: made here, named, ended here. What a task lets through goes
 * to the last resort, whichever way the task came to its thread.
 */
final class NodeThreads implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NodeThreads.class);
    private static final int END_SECONDS_MAX = 5;

    private final Thread.UncaughtExceptionHandler lastResort;
    private final Deque<ExecutorService> executors = new ArrayDeque<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean ending;

    NodeThreads(Thread.UncaughtExceptionHandler lastResort) {
        this.lastResort = lastResort;
    }

    /** One thread with timers; tasks run one at a time, in order. */
    ScheduledExecutorService single(String name) {
        ScheduledExecutorService executor = new OutspokenTimer(named(name));
        executors.push(executor);
        return executor;
    }

    /** As many threads as are needed, for work that may block. */
    ExecutorService pool(String name) {
        ExecutorService executor = Executors.newCachedThreadPool(named(name));
        executors.push(executor);
        return executor;
    }

    /** A fixed number of threads. */
    ExecutorService fixed(String name, int count) {
        ExecutorService executor = Executors.newFixedThreadPool(count, named(name));
        executors.push(executor);
        return executor;
    }

    /** A thread that runs one task until the task ends. */
    Thread thread(String name, Runnable task) {
        Thread thread = named(name).newThread(task);
        threads.add(thread);
        thread.start();
        return thread;
    }

    private ThreadFactory named(String name) {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, name + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            thread.setUncaughtExceptionHandler(this::failed);
            return thread;
        };
    }

    /**
     * While the threads end, one may outlive another that it hands work to, and one that takes too long is interrupted:
     * neither is a bug.
     */
    private void failed(Thread thread, Throwable failure) {
        if (!ending) {
            lastResort.uncaughtException(thread, failure);
        } else if (failure instanceof RejectedExecutionException) {
            LOG.debug("{} had work for a thread that has ended", thread.getName(), failure);
        } else {
            LOG.warn("{} failed while this node stops", thread.getName(), failure);
        }
    }

    /** Ends the executors, last made first, and waits a little for what they still do. */
    @Override
    public void close() {
        ending = true;
        try {
            for (ExecutorService executor : executors) {
                executor.shutdown();
            }
            for (ExecutorService executor : executors) {
                if (!executor.awaitTermination(END_SECONDS_MAX, TimeUnit.SECONDS)) {
                    executor.shutdownNow();
                }
            }
            for (Thread thread : threads) {
                thread.join(TimeUnit.SECONDS.toMillis(END_SECONDS_MAX));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            executors.forEach(ExecutorService::shutdownNow);
        }
    }
}
