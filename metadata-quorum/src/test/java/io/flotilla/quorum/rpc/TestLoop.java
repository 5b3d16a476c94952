package io.flotilla.quorum.rpc;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;

/** Runs tasks one at a time and in order, on the thread that brings them. */
final class TestLoop implements Executor {
    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private boolean running;

    @Override
    public void execute(Runnable task) {
        tasks.addLast(task);
        if (running) {
            return;
        }
        running = true;
        try {
            while (!tasks.isEmpty()) {
                tasks.removeFirst().run();
            }
        } finally {
            running = false;
        }
    }
}
