package io.flotilla.broker.log;

import io.flotilla.model.id.DirectoryId;

/**
 * Whose a log directory is to be, and how its logs are laid out.
 *
 * @param clusterId the broker's cluster
 * @param nodeId the broker's {@code node.id}
 * @param idWhenNew a fresh id, used only when the directory is empty and is formatted
 * @param freeBytesMin with less free space, its logs take no new records; 0 never minds
 */
public record DirectorySettings(String clusterId, int nodeId, DirectoryId idWhenNew, LogConfig log, long freeBytesMin) {
    /** Logs take records for as long as there is any space. */
    public DirectorySettings(String clusterId, int nodeId, DirectoryId idWhenNew, LogConfig log) {
        this(clusterId, nodeId, idWhenNew, log, 0);
    }
}
