package io.flotilla.broker.partition;

import io.flotilla.broker.isr.IsrProposal;
import io.flotilla.broker.isr.ProposalOutcome;
import io.flotilla.model.id.PartitionId;
import java.util.function.Consumer;

/** The way from a leading partition to the controller. Called on the loop; must not block. */
public interface IsrProposer {
    /** Sends the proposal once; the outcome comes exactly once, on any thread. A resend is the partition's decision. */
    void propose(PartitionId partition, IsrProposal proposal, Consumer<ProposalOutcome> outcome);
}
