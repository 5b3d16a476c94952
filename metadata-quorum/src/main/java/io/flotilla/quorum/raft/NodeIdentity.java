package io.flotilla.quorum.raft;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Who a node is: the cluster that it belongs to and its id there; both never change for a directory once formatted. */
public record NodeIdentity(String clusterId, int nodeId) {

    public NodeIdentity {
        if (clusterId.isBlank()) {
            throw new IllegalArgumentException("The cluster id is empty.");
        }
        if (nodeId < 0) {
            throw new IllegalArgumentException("Node id " + nodeId + " is negative.");
        }
    }

    /** The Raft group of the cluster's metadata, the same on every node: nodes of two clusters never mix. */
    UUID groupUuid() {
        return UUID.nameUUIDFromBytes(("flotilla/metadata/" + clusterId).getBytes(StandardCharsets.UTF_8));
    }
}
