package io.flotilla.model.image;

/**
 * A broker's place among the replicas of a partition.
 *
 * @param assignmentRevision revision at which it was assigned; removing and adding again gives another (R8)
 */
public record Replica(int brokerId, long assignmentRevision) {}
