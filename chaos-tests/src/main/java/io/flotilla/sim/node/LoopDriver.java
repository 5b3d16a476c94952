package io.flotilla.sim.node;

import io.flotilla.broker.partition.PartitionLoop;
import io.flotilla.sim.world.OsProcess;

/** The thread of a partition loop: lets it take a turn some time after there is something to do. */
final class LoopDriver {
    private static final long NEVER = Long.MAX_VALUE;

    private final OsProcess process;
    private final PartitionLoop loop;
    private final Runnable onTurn;
    private boolean planned;
    private long wakeNanos = NEVER;

    /** @param onTurn runs after each turn in which something was done */
    LoopDriver(OsProcess process, PartitionLoop loop, Runnable onTurn) {
        this.process = process;
        this.loop = loop;
        this.onTurn = onTurn;
    }

    PartitionLoop loop() {
        return loop;
    }

    /** Something may have been handed to the loop. */
    void look() {
        if (!planned && loop.queued() > 0) {
            planned = true;
            process.at(process.delays().threadNanos(), this::turn);
        }
        long tick = loop.nextTickNanos();
        if (tick < wakeNanos) {
            wakeNanos = tick;
            process.at(tick - process.world().nowNanos(), this::wake);
        }
    }

    private void wake() {
        wakeNanos = NEVER;
        run();
    }

    private void turn() {
        planned = false;
        run();
    }

    private void run() {
        if (loop.runOne() > 0) {
            onTurn.run();
        }
    }
}
