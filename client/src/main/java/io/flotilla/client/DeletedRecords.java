package io.flotilla.client;

import io.flotilla.model.error.FlotillaError;
import java.util.Optional;

/**
 * What became of the records of a partition that were to be deleted.
 *
 * @param lowWatermark where the logs of all in-sync replicas start, durably; -1 with an error
 * @param error empty when it worked; with REQUEST_TIMED_OUT the leader has given them up and some replica not yet
 */
public record DeletedRecords(TopicPartition partition, long lowWatermark, Optional<FlotillaError> error) {}
