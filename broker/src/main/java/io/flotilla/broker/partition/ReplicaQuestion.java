package io.flotilla.broker.partition;

/**
 * A follower's message about one partition, as it travels.
 *
 * @param leaderEpoch the epoch that it follows
 * @param assignmentRevision revision at which it was assigned
 * @param session rises with each of its truncations and restarts; echoed in the answer
 * @param seenRound the largest round that it saw in an answer of this epoch
 */
public record ReplicaQuestion(
        int leaderEpoch, long assignmentRevision, long session, long seenRound, ReplicaWish wish) {}
