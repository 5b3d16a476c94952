package io.flotilla.broker.isr;

/**
 * What a follower says of its replica, in the leader's current epoch.
 *
 * @param brokerId the follower
 * @param brokerEpoch the epoch that its fetch stream was opened with
 * @param assignmentRevision revision at which it was assigned
 * @param session rises with each of its truncations and restarts
 * @param reportedOffset its durable end on synced topics, its log end on replicated ones
 * @param seenRound the largest round that it saw in an answer of this epoch
 */
public record ReplicaReport(
        int brokerId, long brokerEpoch, long assignmentRevision, long session, long reportedOffset, long seenRound) {}
