package io.flotilla.quorum.command;

import io.flotilla.model.id.PartitionId;

/**
 * A leader was chosen that may lack committed records: counted, and logged for the operator.
 *
 * @param topic the topic's name
 * @param leader the new leader
 * @param election how it was chosen
 */
public record RiskyElection(PartitionId partition, String topic, int leader, Elections.Kind election) {}
