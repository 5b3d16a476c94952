package io.flotilla.quorum.rpc;

import io.flotilla.proto.internal.v1.BalanceLeadersCommand;

/**
 * How an active controller gives leaderships back to the brokers that should have them.
 *
 * @param enabled whether it does so by itself
 * @param intervalSeconds how often it looks, at least 1
 * @param imbalancePercentMax of the partitions that a broker should lead, so many percent may be led by others
 */
public record LeaderBalancing(boolean enabled, int intervalSeconds, int imbalancePercentMax) {
    /** Each takes no writes while it moves, for as long as its acknowledgements take: so only some move at a time. */
    private static final int MOVES_MAX = 50;

    /** Kafka's defaults: every 300 s, from 10 percent on. */
    public static final LeaderBalancing DEFAULT = new LeaderBalancing(true, 300, 10);

    public LeaderBalancing {
        if (intervalSeconds < 1 || imbalancePercentMax < 0) {
            throw new IllegalArgumentException("leaders cannot be balanced every " + intervalSeconds + " s from "
                    + imbalancePercentMax + " percent on");
        }
    }

    BalanceLeadersCommand limits() {
        return BalanceLeadersCommand.newBuilder()
                .setImbalancePercentMax(imbalancePercentMax)
                .setMovesMax(MOVES_MAX)
                .build();
    }
}
