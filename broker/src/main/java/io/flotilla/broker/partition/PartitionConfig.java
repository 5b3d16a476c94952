package io.flotilla.broker.partition;

import io.flotilla.broker.log.DirectorySpace;
import io.flotilla.broker.log.Flusher;
import io.flotilla.broker.log.PartitionLog;
import io.flotilla.model.id.PartitionId;

/**
 * What a partition is made of.
 *
 * @param log its log, recovered; the high watermark noted there is where this replica starts from
 * @param flusher group commit of the log's directory
 * @param space whether the log's directory has room for new records
 * @param loop its owner
 */
public record PartitionConfig(
        PartitionId id,
        PartitionLog log,
        Flusher flusher,
        DirectorySpace space,
        Loop loop,
        PartitionPorts ports,
        PartitionSettings settings) {}
