package io.flotilla.sim.net;

import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The ways between hosts, each direction by itself: open or cut, and how slow. A host without power sends and takes
 * nothing. Owned by its world's thread.
 */
public final class Links {
    private static final long MICRO = 1_000L;
    private static final int SLOW_ONE_IN = 40;
    private static final int SLOW_MICROS_MAX = 40_000;

    private record Way(int from, int to) implements Comparable<Way> {
        @Override
        public int compareTo(Way other) {
            return from != other.from ? Integer.compare(from, other.from) : Integer.compare(to, other.to);
        }
    }

    private final Random random;
    private final TreeSet<Integer> dark = new TreeSet<>();
    /** How many faults cut a way at the moment. */
    private final Map<Way, Integer> cuts = new TreeMap<>();

    private final Map<Way, Long> clogNanos = new TreeMap<>();
    /** Hosts whose firewall answers for them that nobody listens, by who asks. */
    private final TreeSet<Way> refusals = new TreeSet<>();

    /** @param random of the network alone */
    public Links(Random random) {
        this.random = random;
    }

    /** Whether a packet sent now would arrive. A host always reaches itself. */
    public boolean isOpen(int from, int to) {
        return !dark.contains(from)
                && !dark.contains(to)
                && (from == to || cuts.isEmpty() || !cuts.containsKey(new Way(from, to)));
    }

    public boolean isOpenBothWays(int one, int other) {
        return isOpen(one, other) && isOpen(other, one);
    }

    /** Cuts one direction; cuts add up. */
    public void cut(int from, int to) {
        cuts.merge(new Way(from, to), 1, Integer::sum);
    }

    /** Takes one cut back. */
    public void join(int from, int to) {
        cuts.computeIfPresent(new Way(from, to), (way, count) -> count > 1 ? count - 1 : null);
    }

    /** Whether the host has power. */
    public boolean isDark(int host) {
        return dark.contains(host);
    }

    public void power(int host, boolean on) {
        if (on) {
            dark.remove(host);
        } else {
            dark.add(host);
        }
    }

    /** Makes packets one way take so much longer; 0 for as usual. */
    public void clog(int from, int to, long nanos) {
        if (nanos > 0) {
            clogNanos.put(new Way(from, to), nanos);
        } else {
            clogNanos.remove(new Way(from, to));
        }
    }

    /** Lets new connections one way be refused although somebody listens, or no longer. */
    public void refuse(int from, int to, boolean refused) {
        if (refused) {
            refusals.add(new Way(from, to));
        } else {
            refusals.remove(new Way(from, to));
        }
    }

    public boolean refuses(int from, int to) {
        return !refusals.isEmpty() && refusals.contains(new Way(from, to));
    }

    /** How long a packet sent now takes. */
    public long delayNanos(int from, int to) {
        if (from == to) {
            return (5 + random.nextInt(30)) * MICRO;
        }
        boolean slow = random.nextInt(SLOW_ONE_IN) == 0;
        long micros = slow ? random.nextInt(SLOW_MICROS_MAX) : 30 + random.nextInt(600);
        return micros * MICRO + (clogNanos.isEmpty() ? 0 : clogNanos.getOrDefault(new Way(from, to), 0L));
    }

    /** Opens every way between hosts that have power. */
    public void heal() {
        cuts.clear();
        clogNanos.clear();
        refusals.clear();
    }
}
