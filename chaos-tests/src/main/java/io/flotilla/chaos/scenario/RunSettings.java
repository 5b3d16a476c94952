package io.flotilla.chaos.scenario;

import java.nio.file.Path;

/**
 * How to run a scenario.
 *
 * @param seed draws victims, pauses and load; the engine and the network draw the rest
 * @param minutes how long to break things, 0.1 to 600
 * @param acks of the senders: all, or 1, which loses records
 * @param folder for the history and the logs
 * @param keep whether they stay although the verdict is good
 */
public record RunSettings(String image, long seed, double minutes, String acks, Path folder, boolean keep) {
    public RunSettings {
        if (!(minutes >= 0.1 && minutes <= 600)) {
            throw new IllegalArgumentException("minutes " + minutes + ": must be 0.1 to 600");
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
