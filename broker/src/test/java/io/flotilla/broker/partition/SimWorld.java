package io.flotilla.broker.partition;

import java.util.PriorityQueue;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Three brokers with one replicated partition, a controller, producers and readers, in simulated time on one thread.
 * The seed decides everything: delays, losses, crashes with lost unsynced bytes, cuts, freezes, stale metadata.
 */
final class SimWorld {
    static final long MS = 1_000_000L;
    static final int BROKERS = 3;

    private record Event(long atNanos, long sequence, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(atNanos, other.atNanos);
            return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
        }
    }

    final Random random;
    final ManualClock clock = new ManualClock();
    final SimController controller;
    final SimChecker checker;
    /** By broker. */
    final TreeMap<Integer, SimBroker> brokers = new TreeMap<>();

    private final PriorityQueue<Event> events = new PriorityQueue<>();
    /** One-way cuts, as from * 10 + to; the controller is 0. */
    private final TreeSet<Integer> cuts = new TreeSet<>();

    private long sequence;
    private long eventsRun;
    private boolean healing;

    SimWorld(long seed) {
        random = new Random(seed);
        controller = new SimController(this);
        checker = new SimChecker(this);
        for (int id = 1; id <= BROKERS; id++) {
            brokers.put(id, new SimBroker(this, id));
        }
        brokers.values().forEach(SimBroker::start);
        every(25 * MS, () -> {}); // lets loops tick
        every(100 * MS, controller::watchSessions);
    }

    void at(long delayNanos, Runnable action) {
        events.add(new Event(clock.nanos() + delayNanos, sequence++, action));
    }

    void between(long minMs, long maxMs, Runnable action) {
        at(minMs * MS + random.nextLong((maxMs - minMs) * MS + 1), action);
    }

    /** After a network's delay: mostly short. */
    void soon(Runnable action) {
        long micros = random.nextInt(20) == 0 ? random.nextInt(40_000) : 20 + random.nextInt(800);
        at(micros * 1_000, action);
    }

    void every(long nanos, Runnable action) {
        at(nanos, () -> {
            action.run();
            every(nanos, action);
        });
    }

    boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    // ---- faults --------------------------------------------------------------------------------------------------

    /** Breaks something now and then until the healing begins. */
    void disturb() {
        if (healing) {
            return;
        }
        SimBroker victim = brokers.get(1 + random.nextInt(BROKERS));
        switch (random.nextInt(7)) {
            case 0 -> victim.crash(50 + random.nextInt(4_000));
            case 1 -> brokers.get(Math.max(1, controller.leader())).crash(50 + random.nextInt(2_000));
            case 2 -> victim.freeze(100 + random.nextInt(5_000));
            case 3 -> cut(victim.id(), 0, 200 + random.nextInt(6_000));
            case 4 -> cut(victim.id(), 1 + random.nextInt(BROKERS), 100 + random.nextInt(5_000));
            case 5 -> isolate(Math.max(1, controller.leader()), 1_000 + random.nextInt(7_000));
            default -> controller.delayMetadata(victim.id(), 100 + random.nextInt(3_000));
        }
        between(100, 1_500, this::disturb);
    }

    private void isolate(int broker, long forMs) {
        for (int other = 0; other <= BROKERS; other++) {
            cut(broker, other, forMs);
        }
    }

    private void cut(int one, int other, long forMs) {
        boolean oneWay = chance(0.3);
        cuts.add(one * 10 + other);
        if (!oneWay) {
            cuts.add(other * 10 + one);
        }
        between(forMs, forMs, () -> {
            cuts.remove(one * 10 + other);
            cuts.remove(other * 10 + one);
        });
    }

    boolean reaches(int from, int to) {
        return !cuts.contains(from * 10 + to);
    }

    /** Ends all faults: everything that is down starts, everything that is cut is joined. */
    void heal() {
        healing = true;
        cuts.clear();
        brokers.values().forEach(SimBroker::heal);
    }

    boolean isHealing() {
        return healing;
    }

    // ---- time ----------------------------------------------------------------------------------------------------

    void runFor(long ms) {
        long end = clock.nanos() + ms * MS;
        while (!events.isEmpty() && events.peek().atNanos() <= end) {
            Event next = events.remove();
            clock.passNanos(Math.max(0, next.atNanos() - clock.nanos()));
            next.action().run();
            brokers.values().forEach(SimBroker::pump);
            checker.afterEvent(++eventsRun);
        }
        clock.passNanos(Math.max(0, end - clock.nanos()));
    }

    long eventsRun() {
        return eventsRun;
    }
}
