package io.flotilla.broker.registration;

import io.flotilla.broker.isr.IsrProposal;
import io.flotilla.broker.isr.ProposalOutcome;
import io.flotilla.broker.metadata.Backoff;
import io.flotilla.broker.metadata.ControlLoop;
import io.flotilla.broker.partition.IsrProposer;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.error.Outcome;
import io.flotilla.model.id.PartitionId;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries the leaders' ISR proposals to the controller: all that wait go in one request, one request at a time, and
 * each proposer hears what became of its only send (R4). Any thread proposes; the rest is on the loop.
 */
public final class PartitionProposals implements IsrProposer {
    private static final Logger LOG = LoggerFactory.getLogger(PartitionProposals.class);

    /** Proposals in one request; keeps it far below the controller's limit of one command, 1 MiB. */
    private static final int BATCH_MAX = 2_000;

    private final ControlLoop loop;
    private final ControllerClient controller;
    private final LongSupplier brokerEpoch;
    private final Map<PartitionId, Waiting> waiting = new LinkedHashMap<>();
    private Backoff backoff = Backoff.fast();
    private boolean busy;

    private record Waiting(IsrProposal proposal, Consumer<ProposalOutcome> proposer) {}

    /** @param brokerEpoch of this broker's registration, -1 before; any thread */
    public PartitionProposals(ControlLoop loop, ControllerClient controller, LongSupplier brokerEpoch) {
        this.loop = loop;
        this.controller = controller;
        this.brokerEpoch = brokerEpoch;
    }

    /**
     * Sends a proposal once.
     *
     * @param proposer hears the outcome exactly once, on any thread; a proposal that was not sent yet gives way to a
     *     later one of its partition, and is NOT_SENT
     */
    @Override
    public void propose(PartitionId partition, IsrProposal proposal, Consumer<ProposalOutcome> proposer) {
        loop.execute(() -> {
            Waiting replaced = waiting.put(partition, new Waiting(proposal, proposer));
            if (replaced != null) {
                replaced.proposer().accept(ProposalOutcome.NOT_SENT);
            }
            // Behind what is queued already, so that proposals of one event travel together.
            loop.execute(this::send);
        });
    }

    private void send() {
        if (busy || waiting.isEmpty()) {
            return;
        }
        Map<PartitionId, Waiting> batch = next();
        long epoch = brokerEpoch.getAsLong();
        if (epoch < 0) {
            batch.values().forEach(one -> one.proposer().accept(ProposalOutcome.NOT_SENT));
            return;
        }
        busy = true;
        List<Proposal> proposals = new ArrayList<>();
        batch.forEach((partition, one) -> proposals.add(new Proposal(partition, one.proposal())));
        controller
                .propose(epoch, proposals)
                .whenComplete((verdicts, failure) -> loop.execute(() -> {
                    if (failure == null) {
                        backoff = backoff.afterSuccess();
                        decided(batch, verdicts);
                        sendAgain(0);
                    } else {
                        failed(batch, CallFailure.error(failure));
                    }
                }));
    }

    private Map<PartitionId, Waiting> next() {
        Map<PartitionId, Waiting> batch = new LinkedHashMap<>();
        Iterator<Map.Entry<PartitionId, Waiting>> oldest = waiting.entrySet().iterator();
        while (oldest.hasNext() && batch.size() < BATCH_MAX) {
            Map.Entry<PartitionId, Waiting> entry = oldest.next();
            batch.put(entry.getKey(), entry.getValue());
            oldest.remove();
        }
        return batch;
    }

    private static void decided(Map<PartitionId, Waiting> batch, List<Optional<FlotillaError>> verdicts) {
        int position = 0;
        for (Map.Entry<PartitionId, Waiting> entry : batch.entrySet()) {
            // An answer that is too short leaves the rest unknown.
            ProposalOutcome outcome =
                    position < verdicts.size() ? outcome(verdicts.get(position)) : ProposalOutcome.UNKNOWN;
            LOG.debug("proposal {} of {}: {}", entry.getValue().proposal(), entry.getKey(), outcome);
            entry.getValue().proposer().accept(outcome);
            position++;
        }
    }

    private static ProposalOutcome outcome(Optional<FlotillaError> error) {
        if (error.isEmpty()) {
            return ProposalOutcome.ACCEPTED;
        } else if (error.get().outcome() != Outcome.NOT_APPLIED) {
            return ProposalOutcome.UNKNOWN;
        }
        return error.get().code() == ErrorCode.INELIGIBLE_REPLICA
                ? ProposalOutcome.INELIGIBLE
                : ProposalOutcome.REFUSED;
    }

    private void failed(Map<PartitionId, Waiting> batch, FlotillaError error) {
        LOG.debug("{} proposals failed: {}", batch.size(), error);
        long wait = backoff.waitNanos();
        backoff = backoff.afterFailure();
        if (error.outcome() == Outcome.NOT_APPLIED && error.code() == ErrorCode.NOT_CONTROLLER) {
            // For certain undecided: goes to the next node, unless its partition has a later proposal.
            batch.forEach((partition, one) -> {
                if (waiting.putIfAbsent(partition, one) != null) {
                    one.proposer().accept(ProposalOutcome.NOT_SENT);
                }
            });
        } else {
            ProposalOutcome outcome = outcome(Optional.of(error));
            batch.values().forEach(one -> one.proposer().accept(outcome));
        }
        sendAgain(wait);
    }

    private void sendAgain(long waitNanos) {
        if (waitNanos == 0) {
            busy = false;
            send();
            return;
        }
        loop.after(waitNanos, () -> {
            busy = false;
            send();
        });
    }
}
