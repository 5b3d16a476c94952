package io.flotilla.sim.client;

import io.flotilla.sim.world.OsProcess;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.function.LongUnaryOperator;

/** A client's one thread: runs what it is handed, then lets its body advance, as the client's own loop does. */
public final class ClientThread implements Executor {
    private static final long NEVER = Long.MAX_VALUE;

    private final OsProcess process;
    private final LongUnaryOperator body;
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private boolean planned;
    private long wakeNanos = NEVER;

    /** @param body advances to a time, and answers nanoseconds until it wants to again */
    ClientThread(OsProcess process, LongUnaryOperator body) {
        this.process = process;
        this.body = body;
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        wake();
    }

    /** Lets the body advance soon. */
    public void wake() {
        if (!planned) {
            planned = true;
            process.at(process.delays().threadNanos(), this::work);
        }
    }

    private void work() {
        planned = false;
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
        long now = process.world().nowNanos();
        long wait = body.applyAsLong(now);
        if (wait <= 0) {
            wake();
        } else if (wait < NEVER - now && now + wait < wakeNanos) {
            wakeNanos = now + wait;
            process.at(wait, this::alarm);
        }
    }

    private void alarm() {
        wakeNanos = NEVER;
        wake();
    }
}
