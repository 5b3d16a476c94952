package io.flotilla.client;

import java.util.List;

/**
 * The metadata quorum.
 *
 * @param leaderEpoch the Raft term of the leader
 * @param highWatermark the Raft commit index
 * @param maxFollowerLag entries by which the slowest voter is behind
 * @param metadataRevision of the metadata at the leader
 */
public record QuorumDescription(
        String clusterId,
        int leaderId,
        long leaderEpoch,
        long highWatermark,
        long maxFollowerLag,
        long metadataRevision,
        List<Node> voters,
        List<Node> observers) {
    /** A node of it; its lag counts entries. */
    public record Node(int id, String endpoint, long logEndIndex, long lag) {}
}
