package io.flotilla.cli;

import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C, or SIGTERM, while a tool works: the tool is told to stop, and the process ends only when it has. Made by the
 * tool's thread, which closes it when there is nothing left to stop.
 */
final class Interrupt {
    private static final long PATIENCE_SECONDS = 5;

    private final Thread hook;

    /** @param stop tells the tool; called on a thread of its own */
    Interrupt(Runnable stop) {
        Thread tool = Thread.currentThread();
        this.hook = new Thread(() -> interrupted(tool, stop), "interrupted");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    private static void interrupted(Thread tool, Runnable stop) {
        stop.run();
        try {
            tool.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is ending: the hook runs, and waits for this thread.
        }
    }
}
