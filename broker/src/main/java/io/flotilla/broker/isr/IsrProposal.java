package io.flotilla.broker.isr;

import java.util.List;

/**
 * What a leader asks of the controller.
 *
 * @param leaderEpoch the proposer's leadership
 * @param partitionEpoch the state it is based on; the controller takes it only if that is still current
 * @param isr proposed members, ascending by broker
 * @param resign whether the leader gives its leadership to another member
 */
public record IsrProposal(int leaderEpoch, int partitionEpoch, List<IsrMember> isr, boolean resign) {
    public IsrProposal {
        isr = List.copyOf(isr);
    }

    public List<Integer> brokerIds() {
        return isr.stream().map(IsrMember::brokerId).toList();
    }
}
