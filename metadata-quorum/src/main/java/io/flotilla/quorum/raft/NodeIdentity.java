package io.flotilla.quorum.raft;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * Who a node is: the cluster that it belongs to and its id there; both never change for a directory once formatted.
 *
 * @param quorumId the Raft group of the cluster's metadata, the same on every node, so that nodes of two clusters never
 *     mix. A recovery from a lost majority gives the survivor another one: voters that were given up and come back must
 *     not be heard
 */
public record NodeIdentity(String clusterId, int nodeId, UUID quorumId) {

    public NodeIdentity {
        if (clusterId.isBlank()) {
            throw new IllegalArgumentException("The cluster id is empty.");
        }
        if (nodeId < 0) {
            throw new IllegalArgumentException("Node id " + nodeId + " is negative.");
        }
    }

    /** A node of the quorum that the cluster was founded with. */
    public NodeIdentity(String clusterId, int nodeId) {
        this(clusterId, nodeId, foundingQuorum(clusterId));
    }

    /** The quorum that founders of a cluster agree on without a word. */
    public static UUID foundingQuorum(String clusterId) {
        return UUID.nameUUIDFromBytes(("flotilla/metadata/" + clusterId).getBytes(StandardCharsets.UTF_8));
    }

    NodeIdentity in(UUID quorum) {
        return new NodeIdentity(clusterId, nodeId, quorum);
    }
}
