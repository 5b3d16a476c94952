package io.flotilla.sim.world;

import java.util.Random;

/**
 * How long things take on one machine: threads until they run, disks until they have synced. Mostly short, sometimes
 * long; a machine can be made slow for a while. Owned by its world's thread.
 */
public final class Delays {
    private static final long MICRO = 1_000L;
    private static final int LATE_ONE_IN = 400;
    private static final int LATE_MICROS_MAX = 30_000;

    private final Random random;
    private long syncMicrosMax;
    private int slowness = 1;

    /** @param random of this machine alone */
    public Delays(Random random) {
        this.random = random;
        this.syncMicrosMax = 500L + random.nextInt(6_000);
    }

    /** Everything takes so many times as long from now on; 1 for normal. */
    public void slowBy(int factor) {
        slowness = factor;
    }

    /** Until a thread that was given work runs. */
    public long threadNanos() {
        boolean late = random.nextInt(LATE_ONE_IN) == 0;
        long micros = late ? random.nextInt(LATE_MICROS_MAX) : 1 + random.nextInt(40);
        return micros * MICRO * slowness;
    }

    /** Until a sync is through. */
    public long syncNanos() {
        boolean late = random.nextInt(LATE_ONE_IN) == 0;
        long micros = 50 + random.nextLong(late ? 20 * syncMicrosMax : syncMicrosMax);
        return micros * MICRO * slowness;
    }

    /** Until a process that is started serves. */
    public long startNanos() {
        return (100 + random.nextInt(1_500)) * World.MS;
    }
}
