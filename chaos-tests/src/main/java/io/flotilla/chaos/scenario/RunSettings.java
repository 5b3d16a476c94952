package io.flotilla.chaos.scenario;

import java.nio.file.Path;

/**
 * How to run a scenario.
 *
 * @param seed draws victims, pauses and load; the engine and the network draw the rest
 * @param minutes how long to break things, 0.1 to 10
 * @param acks of the senders: all, or 1, which loses records
 * @param folder for the history and the logs
 * @param keep whether they stay although the verdict is good
 */
public record RunSettings(String image, long seed, double minutes, String acks, Path folder, boolean keep) {
    private static final double MINUTES_MIN = 0.1;
    private static final double MINUTES_MAX = 10;

    public RunSettings {
        if (!(minutes >= MINUTES_MIN && minutes <= MINUTES_MAX)) {
            throw new IllegalArgumentException("minutes " + minutes + ": must be " + MINUTES_MIN + " to " + MINUTES_MAX
                    + ", because all that was written is read back within 3 minutes and judged in memory;"
                    + " to break things for longer, run it again with other seeds");
        }
        if (!acks.equals("all") && !acks.equals("1")) {
            throw new IllegalArgumentException("acks " + acks + ": must be all or 1");
        }
    }

    /** Below this a run is too calm to prove anything: 5 in 2 minutes. */
    int killsMin() {
        return (int) Math.max(1, Math.min(5, Math.floor(minutes * 2.5)));
    }
}
