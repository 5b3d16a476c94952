package io.flotilla.sim.world;

import java.util.PriorityQueue;
import java.util.Random;

/**
 * Everything that happens, in order: one thread, one queue, one seed. Two worlds of one seed whose users ask the same
 * do the same, to the last event.
 */
public final class World {
    public static final long MS = 1_000_000L;
    public static final long SECOND = 1_000 * MS;

    private record Event(long atNanos, long order, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(atNanos, other.atNanos);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    private final long seed;
    private final Trace trace;
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private long nowNanos;
    private long order;
    private long ran;

    /** @param trace takes in what happens */
    public World(long seed, Trace trace) {
        this.seed = seed;
        this.trace = trace;
    }

    /** Simulated nanoseconds since the beginning. */
    public long nowNanos() {
        return nowNanos;
    }

    /** Events that ran. */
    public long events() {
        return ran;
    }

    public Trace trace() {
        return trace;
    }

    /** A stream of chance of its own for each purpose, so that one more draw for one does not change all others. */
    public Random random(String purpose) {
        long mixed = seed * 0x9E3779B97F4A7C15L;
        for (int i = 0; i < purpose.length(); i++) {
            mixed = (mixed ^ purpose.charAt(i)) * 0xBF58476D1CE4E5B9L;
        }
        return new Random(mixed ^ (mixed >>> 31));
    }

    /** Lets something happen after the delay, which may be 0. */
    public void at(long delayNanos, Runnable action) {
        events.add(new Event(nowNanos + Math.max(0, delayNanos), order++, action));
    }

    /** Runs the next event unless it lies after the end; answers whether one ran. */
    public boolean step(long endNanos) {
        Event next = events.peek();
        if (next == null || next.atNanos() > endNanos) {
            nowNanos = Math.max(nowNanos, endNanos);
            return false;
        }
        events.remove();
        nowNanos = next.atNanos();
        ran++;
        trace.event(next.atNanos(), next.order());
        next.action().run();
        return true;
    }
}
