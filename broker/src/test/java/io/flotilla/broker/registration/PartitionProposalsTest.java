package io.flotilla.broker.registration;

import static io.flotilla.broker.registration.ScriptedController.last;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.broker.isr.IsrMember;
import io.flotilla.broker.isr.IsrProposal;
import io.flotilla.broker.isr.ProposalOutcome;
import io.flotilla.broker.metadata.SimulatedLoop;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.id.TopicId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PartitionProposalsTest {
    private static final FlotillaError BROKEN = FlotillaError.unknown(ErrorCode.REQUEST_TIMED_OUT, "UNAVAILABLE");

    private final SimulatedLoop loop = new SimulatedLoop();
    private final ScriptedController controller = new ScriptedController();
    private long brokerEpoch = 4;
    private final PartitionProposals proposals = new PartitionProposals(loop, controller, () -> brokerEpoch);
    private final Map<PartitionId, List<ProposalOutcome>> outcomes = new TreeMap<>();

    @Test
    void proposalsOfOneEventTravelTogether() {
        propose(0, 1);
        propose(1, 1);
        propose(2, 1);
        loop.run();

        assertThat(controller.proposals).hasSize(1);
        assertThat(sent()).containsExactly(partition(0), partition(1), partition(2));
    }

    @Test
    void eachProposerHearsItsOwnVerdict() {
        propose(0, 1);
        propose(1, 1);
        propose(2, 1);
        propose(3, 1);
        loop.run();

        last(controller.proposalAnswers)
                .complete(List.of(
                        Optional.empty(),
                        Optional.of(FlotillaError.notApplied(ErrorCode.INVALID_UPDATE_VERSION, "epoch 7, not 6")),
                        Optional.of(FlotillaError.notApplied(ErrorCode.INELIGIBLE_REPLICA, "broker 3 is fenced")),
                        Optional.of(FlotillaError.unknown(ErrorCode.REQUEST_TIMED_OUT, "not committed yet"))));
        loop.run();

        assertThat(outcomes)
                .containsEntry(partition(0), List.of(ProposalOutcome.ACCEPTED))
                .containsEntry(partition(1), List.of(ProposalOutcome.REFUSED))
                .containsEntry(partition(2), List.of(ProposalOutcome.INELIGIBLE))
                .containsEntry(partition(3), List.of(ProposalOutcome.UNKNOWN));
    }

    @Test
    void whileOneRequestIsUnderWayTheNextCollects() {
        propose(0, 1);
        loop.run();
        propose(1, 1);
        propose(2, 1);
        loop.run();
        assertThat(controller.proposals).hasSize(1);

        last(controller.proposalAnswers).complete(List.of(Optional.empty()));
        loop.run();

        assertThat(sent()).containsExactly(partition(1), partition(2));
    }

    @Test
    void aBrokenCallIsAmbiguousAndNotSentAgain() {
        propose(0, 1);
        loop.run();

        last(controller.proposalAnswers).completeExceptionally(BROKEN.exception());
        loop.pass(1_000);

        assertThat(outcomes).containsEntry(partition(0), List.of(ProposalOutcome.UNKNOWN));
        assertThat(controller.proposals).hasSize(1);
    }

    @Test
    void whatTheWrongNodeRefusedGoesToTheRightOneUnlessALaterProposalReplacedIt() {
        propose(0, 1);
        propose(1, 1);
        loop.run();
        propose(1, 2);
        loop.run();

        last(controller.proposalAnswers)
                .completeExceptionally(FlotillaError.notApplied(ErrorCode.NOT_CONTROLLER, "node 2 is")
                        .exception());
        loop.pass(100);

        assertThat(outcomes).containsExactly(Map.entry(partition(1), List.of(ProposalOutcome.NOT_SENT)));
        assertThat(last(controller.proposals))
                .extracting(one -> one.partition() + "@" + one.isr().partitionEpoch())
                .containsExactlyInAnyOrder(partition(0) + "@1", partition(1) + "@2");
    }

    @Test
    void aProposalThatWaitsGivesWayToALaterOneOfItsPartition() {
        propose(0, 1);
        loop.run();
        propose(1, 1);
        propose(1, 2);
        loop.run();

        assertThat(outcomes).containsExactly(Map.entry(partition(1), List.of(ProposalOutcome.NOT_SENT)));
    }

    @Test
    void withoutARegistrationNothingIsSent() {
        brokerEpoch = -1;
        propose(0, 1);
        loop.run();

        assertThat(outcomes).containsEntry(partition(0), List.of(ProposalOutcome.NOT_SENT));
        assertThat(controller.proposals).isEmpty();
    }

    private void propose(int partition, int partitionEpoch) {
        proposals.propose(
                partition(partition),
                new IsrProposal(3, partitionEpoch, List.of(new IsrMember(1, 4)), false),
                outcome -> outcomes.computeIfAbsent(partition(partition), p -> new ArrayList<>())
                        .add(outcome));
    }

    private List<PartitionId> sent() {
        return last(controller.proposals).stream().map(Proposal::partition).toList();
    }

    private static PartitionId partition(int number) {
        return new PartitionId(new TopicId(new UUID(1, 1)), number);
    }
}
