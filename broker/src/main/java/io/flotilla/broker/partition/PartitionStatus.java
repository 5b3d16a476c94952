package io.flotilla.broker.partition;

import java.util.List;

/**
 * A partition as it was at the end of some recent turn; for metrics and descriptions, never for decisions.
 *
 * @param leaderId -1 without a leader
 * @param isr committed in-sync replicas, empty unless leading
 * @param reportedOffset durable end on synced topics, log end on replicated ones
 */
public record PartitionStatus(
        Role role,
        int leaderId,
        int leaderEpoch,
        List<Integer> isr,
        long logStart,
        long logEnd,
        long reportedOffset,
        long highWatermark) {
    /** What a partition does on this broker. */
    public enum Role {
        LEADER,
        FOLLOWER,
        /** Nobody leads, or the metadata has not said. */
        IDLE,
        /** Its log failed; nothing is served until the broker is restarted. */
        OFFLINE,
        STOPPED
    }
}
