package io.flotilla.broker.partition;

/** What a follower wants of its leader. */
public sealed interface ReplicaWish {
    /**
     * Records from its log's end on.
     *
     * @param reportedOffset its durable end on synced topics, its log end on replicated ones
     * @param lastEpoch epoch of its last batch, -1 without one
     * @param logStart it has given up all below, and will not hold it after a restart either
     * @param maxBytes upper bound of the answer in bytes; one whole batch is always answered
     */
    record Fetch(long logEnd, long reportedOffset, int lastEpoch, long logStart, int maxBytes) implements ReplicaWish {}

    /** Where an epoch ends in the leader's log. */
    record EpochEndOf(int askedEpoch) implements ReplicaWish {}

    /** Nothing; it only says how far it is. What it asked before stays. */
    record Report(long reportedOffset) implements ReplicaWish {}

    /**
     * That the leader reads what it has stored again: what it sent from an offset on holds no good batches. Nothing is
     * answered; besides, it says how far the follower is.
     *
     * @param offset where the follower fetched from
     */
    record Suspicion(long offset, long reportedOffset) implements ReplicaWish {}

    /** Nothing more for this partition. */
    record Stop() implements ReplicaWish {}
}
