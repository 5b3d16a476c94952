package io.flotilla.broker.registration;

import io.flotilla.broker.isr.IsrProposal;
import io.flotilla.model.id.PartitionId;

/** A leader's proposal for one partition. */
public record Proposal(PartitionId partition, IsrProposal isr) {}
