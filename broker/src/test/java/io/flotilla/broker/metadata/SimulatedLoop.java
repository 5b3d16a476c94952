package io.flotilla.broker.metadata;

import io.flotilla.model.time.Clock;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;

/** A control loop and clock that the test drives: nothing runs, and no time passes, unless it says so. */
public final class SimulatedLoop implements ControlLoop, Clock {
    private static final long MS = 1_000_000L;

    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final PriorityQueue<Alarm> alarms =
            new PriorityQueue<>(Comparator.comparingLong(Alarm::atNanos).thenComparingLong(Alarm::order));
    private long nowNanos;
    private long order;

    private record Alarm(long atNanos, long order, Runnable task) {}

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    @Override
    public Timer after(long delayNanos, Runnable task) {
        Alarm alarm = new Alarm(nowNanos + delayNanos, order++, task);
        alarms.add(alarm);
        return () -> alarms.remove(alarm);
    }

    /** Runs what is queued, and what that queues. */
    public SimulatedLoop run() {
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
        return this;
    }

    /** Lets time pass, running every timer at its moment. */
    public SimulatedLoop pass(long ms) {
        long until = nowNanos + ms * MS;
        run();
        while (!alarms.isEmpty() && alarms.peek().atNanos() <= until) {
            Alarm alarm = alarms.remove();
            nowNanos = alarm.atNanos();
            alarm.task().run();
            run();
        }
        nowNanos = until;
        return this;
    }

    @Override
    public long nanos() {
        return nowNanos;
    }

    @Override
    public long wallMs() {
        return nowNanos / MS;
    }
}
