package io.flotilla.broker.isr;

import io.flotilla.model.error.Invariant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The one ISR change that a leader may have under way (R4). While it is, its members count for the high watermark. It
 * ends when applied metadata shows a later partition epoch, or on a refusal of its only send. A send of unknown outcome
 * is settled by proposing the committed ISR at the same partition epoch: whichever of the two is committed first kills
 * the other.
 */
final class IsrChange {
    private enum Phase {
        NONE,
        SENT,
        AWAITING_METADATA,
        TO_SETTLE
    }

    private Phase phase = Phase.NONE;
    /** The last send, which an outcome must name. */
    private @Nullable IsrProposal lastSend;
    /** Members of the change itself, whatever settles it. */
    private List<Integer> members = List.of();
    /** State that all sends of this change are based on. */
    private int basePartitionEpoch;

    private int sends;
    private long settleAtNanos;

    boolean underWay() {
        return phase != Phase.NONE;
    }

    /** Members that count for the high watermark besides the committed ones. */
    List<Integer> members() {
        return members;
    }

    boolean settleDue(long nowNanos) {
        return phase == Phase.TO_SETTLE && nowNanos - settleAtNanos >= 0;
    }

    IsrProposal begin(IsrProposal proposal) {
        Invariant.check(phase == Phase.NONE, "a second ISR change %s while one is under way", proposal);
        members = proposal.brokerIds();
        basePartitionEpoch = proposal.partitionEpoch();
        sends = 0;
        return send(proposal);
    }

    IsrProposal settle(IsrProposal committed) {
        Invariant.check(
                committed.partitionEpoch() == basePartitionEpoch,
                "a change based on partition epoch %d cannot be settled by %s",
                basePartitionEpoch,
                committed);
        return send(committed);
    }

    /**
     * Takes the outcome of a send.
     *
     * @return whether the change ended here, without effect
     */
    boolean onOutcome(IsrProposal proposal, ProposalOutcome outcome, long retryAtNanos) {
        if (phase != Phase.SENT || proposal != lastSend) {
            return false;
        }
        switch (outcome) {
            case ACCEPTED -> phase = Phase.AWAITING_METADATA;
            case UNKNOWN -> settleAt(retryAtNanos);
            case REFUSED, INELIGIBLE, NOT_SENT -> {
                if (sends == 1) {
                    end();
                    return true;
                }
                settleAt(retryAtNanos);
            }
        }
        return false;
    }

    /** Ends the change if applied metadata has left the state that it was based on. */
    void onPartitionEpoch(int partitionEpoch) {
        if (underWay() && partitionEpoch > basePartitionEpoch) {
            end();
        }
    }

    private IsrProposal send(IsrProposal proposal) {
        sends++;
        lastSend = proposal;
        phase = Phase.SENT;
        return proposal;
    }

    private void settleAt(long atNanos) {
        phase = Phase.TO_SETTLE;
        settleAtNanos = atNanos;
    }

    private void end() {
        phase = Phase.NONE;
        lastSend = null;
        members = List.of();
    }
}
