package io.flotilla.broker.isr;

/**
 * Where a follower's log stands.
 *
 * @param logStart its first offset
 * @param logEnd offset after its last record
 * @param lastEpoch epoch of its last batch, -1 when it holds none
 * @param reportedOffset its durable end on synced topics, its log end on replicated ones
 */
public record FollowerLog(long logStart, long logEnd, int lastEpoch, long reportedOffset) {}
