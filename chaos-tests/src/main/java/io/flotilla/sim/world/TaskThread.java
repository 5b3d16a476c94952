package io.flotilla.sim.world;

import io.flotilla.broker.metadata.ControlLoop;
import java.util.ArrayDeque;
import java.util.function.LongSupplier;

/** One thread of a simulated process, with timers: runs its tasks one after another, some time after they came. */
public final class TaskThread implements ControlLoop {
    private static final int TASKS_AT_ONCE_MAX = 1_024;

    private final OsProcess process;
    private final LongSupplier delayNanos;
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private boolean planned;

    /** A thread that needs a moment to begin. */
    public TaskThread(OsProcess process) {
        this(process, process.delays()::threadNanos);
    }

    /** @param delayNanos until it begins with what it was given while it had nothing to do */
    public TaskThread(OsProcess process, LongSupplier delayNanos) {
        this.process = process;
        this.delayNanos = delayNanos;
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        plan();
    }

    private void plan() {
        if (!planned) {
            planned = true;
            process.at(delayNanos.getAsLong(), this::work);
        }
    }

    private void work() {
        planned = false;
        for (int i = 0; i < TASKS_AT_ONCE_MAX && !tasks.isEmpty(); i++) {
            tasks.remove().run();
        }
        if (!tasks.isEmpty()) {
            plan();
        }
    }

    @Override
    public Timer after(long nanos, Runnable task) {
        Alarm alarm = new Alarm(task);
        process.at(nanos, alarm);
        return alarm::cancel;
    }

    /** Runs a task again and again, the first time after one pause. */
    public void every(long pauseNanos, Runnable task) {
        process.every(pauseNanos, task);
    }

    private static final class Alarm implements Runnable {
        private final Runnable task;
        private boolean cancelled;

        Alarm(Runnable task) {
            this.task = task;
        }

        void cancel() {
            cancelled = true;
        }

        @Override
        public void run() {
            if (!cancelled) {
                task.run();
            }
        }
    }
}
