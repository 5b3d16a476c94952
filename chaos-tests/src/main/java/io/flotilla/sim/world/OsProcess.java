package io.flotilla.sim.world;

import io.flotilla.model.disk.simulated.PowerLostError;
import io.flotilla.model.time.Clock;
import java.util.ArrayDeque;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * One run of a process: what it plans happens only while it lives, and not while it is frozen. Owned by its world's
 * thread; whoever started it ends it.
 */
public final class OsProcess {
    /** Where the wall clocks begin, milliseconds since the Unix epoch. */
    private static final long WALL_MS = 1_700_000_000_000L;

    private final World world;
    private final int node;
    private final Delays delays;
    private final Clock clock;
    private Runnable afterwards = () -> {};
    private Predicate<RuntimeException> lastResort = failure -> false;
    private boolean alive = true;
    private long frozenUntilNanos;
    /** What would have happened while it was frozen, in order. */
    private final ArrayDeque<Runnable> missed = new ArrayDeque<>();

    /**
     * Starts one.
     *
     * @param node where it runs
     * @param skewMs of the machine's wall clock at the moment
     */
    public OsProcess(World world, int node, Delays delays, LongSupplier skewMs) {
        this.world = world;
        this.node = node;
        this.delays = delays;
        this.clock = new Clock() {
            @Override
            public long nanos() {
                return world.nowNanos();
            }

            @Override
            public long wallMs() {
                return WALL_MS + world.nowNanos() / World.MS + skewMs.getAsLong();
            }
        };
    }

    public World world() {
        return world;
    }

    public int node() {
        return node;
    }

    public Delays delays() {
        return delays;
    }

    public Clock clock() {
        return clock;
    }

    public boolean isAlive() {
        return alive;
    }

    public boolean isFrozen() {
        return alive && world.nowNanos() < frozenUntilNanos;
    }

    /** Does this after each of its events from now on. */
    public void afterwards(Runnable action) {
        afterwards = action;
    }

    /** Asks this what to do about an exception that a task lets through; false lets it through to the world. */
    public void lastResort(Predicate<RuntimeException> judge) {
        lastResort = judge;
    }

    /** Ends it: nothing that it planned happens any more. */
    public void end() {
        alive = false;
    }

    /** Stops it for so long; what would have happened meanwhile happens then, in order. */
    public void freeze(long nanos) {
        frozenUntilNanos = Math.max(frozenUntilNanos, world.nowNanos() + nanos);
    }

    /** Lets it go on now. */
    public void thaw() {
        if (isFrozen()) {
            frozenUntilNanos = world.nowNanos();
            world.at(0, this::goOn);
        }
    }

    /** Plans something. */
    public void at(long delayNanos, Runnable task) {
        world.at(delayNanos, () -> happen(task));
    }

    /** Plans something again and again, the first time after one pause. */
    public void every(long pauseNanos, Runnable task) {
        at(pauseNanos, () -> {
            task.run();
            every(pauseNanos, task);
        });
    }

    /** Something happens to it now; if it is frozen, when it goes on. */
    public void happen(Runnable task) {
        if (!alive) {
            return;
        }
        if (isFrozen() || !missed.isEmpty()) {
            if (missed.isEmpty()) {
                world.at(frozenUntilNanos - world.nowNanos(), this::goOn);
            }
            missed.add(task);
            return;
        }
        run(task);
    }

    private void goOn() {
        if (isFrozen()) {
            world.at(frozenUntilNanos - world.nowNanos(), this::goOn);
            return;
        }
        while (alive && !missed.isEmpty()) {
            run(missed.remove());
        }
    }

    private void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            if (alive && !lastResort.test(e)) {
                throw e;
            }
        } catch (PowerLostError e) {
            if (alive) {
                throw e;
            }
        }
        if (alive) {
            afterwards.run();
        }
    }
}
