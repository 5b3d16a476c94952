package io.flotilla.broker.metadata;

import java.util.concurrent.Executor;

/**
 * One thread of a broker's control work, as a port so that a simulator can own it: tasks run one after another, in the
 * order in which they were handed over. Any thread may call its methods.
 */
public interface ControlLoop extends Executor {
    /** Runs the task after the delay, nanoseconds, unless it is cancelled before. */
    Timer after(long delayNanos, Runnable task);

    /** A task that waits for its time. */
    @FunctionalInterface
    interface Timer {
        /** Already cancelled, or never set. */
        Timer NONE = () -> {};

        /** The task will not start any more; without effect when it has. */
        void cancel();
    }
}
