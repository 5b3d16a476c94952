package io.flotilla.sim.quorum;

import io.flotilla.sim.world.World;
import java.util.Random;

/**
 * How a metadata log misbehaves in one run; a share of 0.01 is one in a hundred. Immutable but for its random.
 *
 * @param refused share of commands that are refused although they reached the leader
 * @param lost share of commands that vanish: their outcome is unknown, and they are never applied
 * @param doubtful share of commands whose outcome is called unknown although they are applied, now or later
 * @param doubled share of commands that are applied twice, the copy at once or up to two seconds later
 * @param sizes of snapshots and lag
 */
public record LogFaults(double refused, double lost, double doubtful, double doubled, Sizes sizes) {
    /**
     * Bounds of snapshots and lag.
     *
     * @param snapshotEntries a voter takes a snapshot after so many entries
     * @param keptEntries so many entries before the leader's snapshot are kept for those who lag
     * @param lagNanosMax how long a voter may take until it applies what is committed
     */
    public record Sizes(int snapshotEntries, int keptEntries, long lagNanosMax) {}

    /** A log that does what it should. */
    public static LogFaults none() {
        return new LogFaults(0, 0, 0, 0, new Sizes(100, 50, 5 * World.MS));
    }

    /** Drawn; each kind of trouble is absent in half of the runs. */
    public static LogFaults drawn(Random random) {
        return new LogFaults(
                share(random),
                share(random),
                share(random),
                share(random),
                new Sizes(
                        5 + random.nextInt(60),
                        random.nextInt(40),
                        random.nextBoolean() ? 5 * World.MS : random.nextInt(400) * World.MS));
    }

    /** Mostly few commands, and sometimes many, so that several in a row meet the same. */
    private static double share(Random random) {
        return random.nextBoolean() ? 0 : random.nextDouble() * (random.nextInt(4) == 0 ? 0.25 : 0.05);
    }
}
