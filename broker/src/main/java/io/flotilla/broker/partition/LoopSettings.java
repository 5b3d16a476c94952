package io.flotilla.broker.partition;

import io.flotilla.model.error.Invariant;

/**
 * Bounds of a partition loop.
 *
 * @param queueTasksMax requests that may wait; more are refused with OVERLOADED
 * @param turnTasksMax tasks run before the disk is asked and answers go out
 * @param tickNanos distance of the ticks that members get while they need them
 */
public record LoopSettings(int queueTasksMax, int turnTasksMax, long tickNanos) {
    public LoopSettings {
        Invariant.check(
                queueTasksMax > 0 && turnTasksMax > 0 && tickNanos > 0,
                "queue %d, turn %d and tick %d must be positive",
                queueTasksMax,
                turnTasksMax,
                tickNanos);
    }

    /** 16,384 requests waiting, 1,024 tasks a turn, a tick every 50 ms. */
    public static LoopSettings defaults() {
        return new LoopSettings(16_384, 1_024, 50_000_000L);
    }
}
