package io.flotilla.broker.isr;

import io.flotilla.model.error.Invariant;

/**
 * Where a leadership starts.
 *
 * @param brokerId the leader
 * @param brokerEpoch its registration
 * @param logEnd end of its log, the leader epoch's start offset
 * @param reportedOffset its own durable end on synced topics, its log end on replicated ones; at most logEnd
 * @param highWatermark the last that it knew; at most logEnd
 */
public record LeaderStart(int brokerId, long brokerEpoch, long logEnd, long reportedOffset, long highWatermark) {
    public LeaderStart {
        Invariant.check(
                reportedOffset <= logEnd && highWatermark <= logEnd,
                "reported %d and high watermark %d must be at most the log end %d",
                reportedOffset,
                highWatermark,
                logEnd);
    }
}
