package io.flotilla.broker.partition;

/**
 * What applied metadata says to a replica that does not lead.
 *
 * @param leaderId whom to follow, {@link io.flotilla.model.image.PartitionState#NO_LEADER} for nobody
 * @param assignmentRevision revision at which this broker was assigned
 */
public record FollowerAssignment(int leaderId, int leaderEpoch, int partitionEpoch, long assignmentRevision) {}
