package io.flotilla.chaos.simulation;

import java.util.Iterator;
import java.util.List;
import java.util.OptionalLong;

/**
 * Which seeds a run takes: those that once failed, then so many in order, and then more until enough of them were
 * telling, or too many were not. Any thread.
 */
final class Seeds {
    /** At most so many times as many are drawn as must be telling. */
    private static final int TIMES_MAX = 2;

    private final List<Long> known;
    private final Iterator<Long> knownLeft;
    private final long first;
    private final long wanted;
    private long drawn;
    private long telling;

    /**
     * Begins.
     *
     * @param known seeds that once failed; they count, too
     * @param first seed after those
     * @param wanted how many must be telling
     */
    Seeds(List<Long> known, long first, long wanted) {
        this.known = List.copyOf(known);
        this.knownLeft = this.known.iterator();
        this.first = first;
        this.wanted = wanted;
    }

    /** The next one; empty when there need be no more. */
    synchronized OptionalLong next() {
        if (knownLeft.hasNext()) {
            return OptionalLong.of(knownLeft.next());
        }
        while (drawn < wanted || (telling < wanted && drawn < TIMES_MAX * wanted)) {
            long seed = first + drawn++;
            if (!known.contains(seed)) {
                return OptionalLong.of(seed);
            }
        }
        return OptionalLong.empty();
    }

    /** One of them, or none, said something. */
    synchronized void ran(boolean isTelling) {
        telling += isTelling ? 1 : 0;
    }

    /** Whether so many were telling as had to be. */
    synchronized boolean enough() {
        return telling >= wanted;
    }

    long wanted() {
        return wanted;
    }
}
