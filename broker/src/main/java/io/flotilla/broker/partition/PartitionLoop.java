package io.flotilla.broker.partition;

import io.flotilla.model.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Owns partitions: everything that happens to them happens in its turns. A turn drains the queue, so that what arrived
 * together is appended together; then each touched partition asks the flusher once and answers. A thread calls
 * {@link #run}; a simulator calls {@link #runOne}. An exception that a task lets through is a bug and ends the loop;
 * whoever created the thread decides what ends with it. Closed by whoever created it.
 */
public final class PartitionLoop implements Loop, AutoCloseable {
    private static final long IDLE_NANOS = 1_000_000_000L;

    private final LoopSettings settings;
    private final Clock clock;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    /** Tasks in the queue, those that may not be refused included. */
    private final AtomicInteger queued = new AtomicInteger();

    /** Members of this turn that want to be called at its end. Loop thread only. */
    private final Set<LoopMember> touched = new LinkedHashSet<>();
    /** Members that need ticks. Loop thread only. */
    private final Set<LoopMember> ticking = new LinkedHashSet<>();

    private long nextTickNanos;
    private volatile @Nullable Thread parked;
    private volatile boolean closed;

    public PartitionLoop(LoopSettings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
        this.nextTickNanos = clock.nanos() + settings.tickNanos();
    }

    @Override
    public boolean offer(Runnable task) {
        if (closed || queued.get() >= settings.queueTasksMax()) {
            return false;
        }
        execute(task);
        return true;
    }

    @Override
    public void execute(Runnable task) {
        queued.incrementAndGet();
        tasks.add(task);
        Thread sleeper = parked;
        if (sleeper != null) {
            LockSupport.unpark(sleeper);
        }
    }

    /** Runs turns until closed; returns after the turn in which that happened. */
    public void run() {
        while (!closed) {
            if (runOne() == 0) {
                park();
            }
        }
    }

    /**
     * Runs one turn: the tasks that wait, at most the settings' number, the end of the turn, and ticks if they are due.
     *
     * @return how many tasks and ticks ran; 0 when there was nothing to do
     */
    public int runOne() {
        int ran = 0;
        for (Runnable task = next(); task != null; task = ran < settings.turnTasksMax() ? next() : null) {
            ran++;
            task.run();
        }
        endTurn();
        return ran + tickIfDue();
    }

    /** When the loop next has something to do without being handed a task; Long.MAX_VALUE for never. */
    public long nextTickNanos() {
        return ticking.isEmpty() ? Long.MAX_VALUE : nextTickNanos;
    }

    /** Number of tasks that wait; any thread. */
    public int queued() {
        return queued.get();
    }

    /** Stops {@link #run} after its turn. Requests are refused from now on. Any thread. */
    @Override
    public void close() {
        closed = true;
        Thread sleeper = parked;
        if (sleeper != null) {
            LockSupport.unpark(sleeper);
        }
    }

    @Override
    public void touch(LoopMember member) {
        touched.add(member);
    }

    @Override
    public void keepTicking(LoopMember member) {
        if (ticking.isEmpty()) {
            nextTickNanos = clock.nanos() + settings.tickNanos();
        }
        ticking.add(member);
    }

    private @Nullable Runnable next() {
        Runnable task = tasks.poll();
        if (task != null) {
            queued.decrementAndGet();
        }
        return task;
    }

    private void endTurn() {
        if (touched.isEmpty()) {
            return;
        }
        List<LoopMember> members = new ArrayList<>(touched);
        touched.clear();
        long nowNanos = clock.nanos();
        for (LoopMember member : members) {
            member.afterTurn(nowNanos);
        }
    }

    private int tickIfDue() {
        long nowNanos = clock.nanos();
        if (ticking.isEmpty() || nowNanos - nextTickNanos < 0) {
            return 0;
        }
        nextTickNanos = nowNanos + settings.tickNanos();
        List<LoopMember> members = new ArrayList<>(ticking);
        for (LoopMember member : members) {
            if (!member.onTick(nowNanos)) {
                ticking.remove(member);
            }
        }
        endTurn();
        return members.size();
    }

    private void park() {
        parked = Thread.currentThread();
        if (tasks.isEmpty() && !closed) {
            long waitNanos = ticking.isEmpty() ? IDLE_NANOS : nextTickNanos - clock.nanos();
            if (waitNanos > 0) {
                LockSupport.parkNanos(this, Math.min(waitNanos, IDLE_NANOS));
            }
        }
        parked = null;
    }
}
