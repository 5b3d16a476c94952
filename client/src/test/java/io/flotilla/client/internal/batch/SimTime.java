package io.flotilla.client.internal.batch;

import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/** Simulated time: what is due runs in order, and at one moment in the order in which it was planned. */
final class SimTime {
    private static final Comparator<Due> ORDER =
            Comparator.comparingLong(Due::nanos).thenComparingLong(Due::number);

    final RandomGenerator random;
    private final TreeMap<Due, Runnable> plans = new TreeMap<>(ORDER);
    private long nowNanos;
    private long planned;

    private record Due(long nanos, long number) {}

    SimTime(RandomGenerator random) {
        this.random = random;
    }

    long nanos() {
        return nowNanos;
    }

    long ms() {
        return TimeUnit.NANOSECONDS.toMillis(nowNanos);
    }

    boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    void after(long ms, Runnable action) {
        plans.put(new Due(nowNanos + TimeUnit.MILLISECONDS.toNanos(ms), planned++), action);
    }

    /** After some time below the bound. */
    void within(long msMax, Runnable action) {
        after(random.nextLong(msMax), action);
    }

    /** Runs the next plan, or goes on to a moment before it. */
    void step(long untilNanos) {
        if (plans.isEmpty() || plans.firstKey().nanos() > untilNanos) {
            nowNanos = untilNanos;
            return;
        }
        Map.Entry<Due, Runnable> next = plans.pollFirstEntry();
        nowNanos = next.getKey().nanos();
        next.getValue().run();
    }
}
