package io.flotilla.quorum.command;

import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.error.LeaderHint;
import io.flotilla.model.id.Endpoint;
import io.flotilla.model.id.TopicId;
import io.flotilla.model.image.BrokerRegistration;
import io.flotilla.model.image.BrokersImage;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.image.PartitionState;
import io.flotilla.model.image.TopicImage;
import io.flotilla.model.wire.Errors;
import io.flotilla.model.wire.Ids;
import io.flotilla.proto.internal.v1.AlterPartitionRequest;
import io.flotilla.proto.internal.v1.AlterPartitionResponse;
import io.flotilla.proto.internal.v1.CommandResult;
import io.flotilla.proto.internal.v1.IsrMember;
import io.flotilla.proto.internal.v1.PartitionProposal;
import io.flotilla.proto.internal.v1.PartitionProposalResult;
import java.util.List;
import java.util.Optional;

/**
 * Takes the in-sync replica sets that leaders propose, each proposal on its own, with the checks of R5 in their order.
 * An accepted proposal always raises the partition epoch, also when it proposes what already is (R4).
 */
final class AlterPartition {
    private AlterPartition() {}

    static Decision decide(MetadataImage image, AlterPartitionRequest request) {
        Optional<FlotillaError> stale =
                BrokerEpochs.defect(image.brokers(), request.getBrokerId(), request.getBrokerEpoch());
        if (stale.isPresent()) {
            return Decision.reject(stale.get());
        }
        Draft draft = new Draft(image);
        AlterPartitionResponse.Builder response = AlterPartitionResponse.newBuilder();
        for (PartitionProposal proposal : request.getProposalsList()) {
            response.addResults(decideOne(draft, request, proposal));
        }
        return draft.accept(CommandResult.newBuilder()
                .setAlterPartition(response.setRevision(draft.revision()))
                .build());
    }

    private static PartitionProposalResult decideOne(
            Draft draft, AlterPartitionRequest request, PartitionProposal proposal) {
        TopicId id = Ids.topic(proposal.getTopicId());
        Optional<TopicImage> topic = draft.image().topics().withId(id);
        if (topic.isEmpty()) {
            return refusal(ErrorCode.UNKNOWN_TOPIC_ID, "there is no topic with id " + id);
        }
        Optional<PartitionState> state = topic.get().partition(proposal.getPartition());
        if (state.isEmpty()) {
            return refusal(
                    ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
                    "topic " + topic.get().name() + " has no partition " + proposal.getPartition());
        }
        Optional<FlotillaError> defect = defectOfAuthority(draft.brokers(), state.get(), request, proposal)
                .or(() -> defectOfMembers(draft.brokers(), state.get(), request, proposal));
        if (defect.isPresent()) {
            return refusal(defect.get());
        }
        PartitionChange change = draft.changeOf(topic.get().settings(), state.get())
                .isr(members(proposal))
                .evenIfSame();
        draft.apply(topic.get(), proposal.getPartition(), proposal.getResign() ? change.leaderGivesWay() : change);
        PartitionState changed = draft.image()
                .topics()
                .withId(id)
                .flatMap(now -> now.partition(proposal.getPartition()))
                .orElseThrow();
        return PartitionProposalResult.newBuilder()
                .setLeaderEpoch(changed.leaderEpoch())
                .setPartitionEpoch(changed.partitionEpoch())
                .build();
    }

    private static Optional<FlotillaError> defectOfAuthority(
            BrokersImage brokers, PartitionState state, AlterPartitionRequest request, PartitionProposal proposal) {
        if (proposal.getLeaderEpoch() < state.leaderEpoch()) {
            return Optional.of(hinted(
                    brokers,
                    state,
                    ErrorCode.FENCED_LEADER_EPOCH,
                    "leader epoch " + proposal.getLeaderEpoch() + " is over; now it is " + state.leaderEpoch()));
        }
        if (proposal.getLeaderEpoch() > state.leaderEpoch()) {
            return refused(
                    ErrorCode.UNKNOWN_LEADER_EPOCH,
                    "leader epoch " + proposal.getLeaderEpoch() + " was never given; now it is " + state.leaderEpoch());
        }
        if (state.leader() != request.getBrokerId()) {
            return Optional.of(hinted(
                    brokers,
                    state,
                    ErrorCode.NOT_LEADER_OR_FOLLOWER,
                    "broker " + request.getBrokerId() + " does not lead; the leader is " + state.leader()));
        }
        if (proposal.getPartitionEpoch() != state.partitionEpoch()) {
            return refused(
                    ErrorCode.INVALID_UPDATE_VERSION,
                    "the proposal is based on partition epoch " + proposal.getPartitionEpoch() + "; now it is "
                            + state.partitionEpoch() + "; propose again from the newer state");
        }
        return Optional.empty();
    }

    private static Optional<FlotillaError> defectOfMembers(
            BrokersImage brokers, PartitionState state, AlterPartitionRequest request, PartitionProposal proposal) {
        List<Integer> isr = members(proposal);
        List<Integer> replicas = state.replicaIds();
        if (!replicas.containsAll(isr) || isr.stream().distinct().count() != isr.size()) {
            return refused(
                    ErrorCode.INVALID_REQUEST, "the ISR " + isr + " is not a subset of the replicas " + replicas);
        }
        if (!isr.contains(request.getBrokerId())) {
            return refused(
                    ErrorCode.INVALID_REQUEST,
                    "the ISR " + isr + " is without its leader, broker " + request.getBrokerId());
        }
        for (IsrMember member : proposal.getIsrList()) {
            Optional<String> defect = ineligible(brokers, state, member);
            if (defect.isPresent()) {
                return refused(ErrorCode.INELIGIBLE_REPLICA, defect.get());
            }
        }
        boolean successor =
                isr.stream().anyMatch(member -> member != request.getBrokerId() && brokers.eligible(member));
        if (proposal.getResign() && !successor) {
            return refused(
                    ErrorCode.INELIGIBLE_REPLICA,
                    "nobody in the ISR " + isr + " can take over from broker " + request.getBrokerId());
        }
        return Optional.empty();
    }

    /**
     * A broker that shuts down may stay where it still counts (an ISR that would fall below the minimum) but joins
     * nowhere; otherwise no leader of such an ISR could add another member.
     */
    private static Optional<String> ineligible(BrokersImage brokers, PartitionState state, IsrMember member) {
        int id = member.getBrokerId();
        Optional<BrokerRegistration> broker = brokers.broker(id);
        if (broker.isEmpty()) {
            return Optional.of("broker " + id + " is not registered");
        }
        if (broker.get().fenced()) {
            return Optional.of("broker " + id + " is fenced");
        }
        if (broker.get().epoch() != member.getBrokerEpoch()) {
            return Optional.of("broker " + id + " is registered with epoch "
                    + broker.get().epoch() + "; what it fetched with epoch " + member.getBrokerEpoch()
                    + " proves nothing");
        }
        if (broker.get().shuttingDown() && !state.isr().contains(id)) {
            return Optional.of("broker " + id + " is shutting down");
        }
        return Optional.empty();
    }

    private static List<Integer> members(PartitionProposal proposal) {
        return proposal.getIsrList().stream().map(IsrMember::getBrokerId).toList();
    }

    private static FlotillaError hinted(BrokersImage brokers, PartitionState state, ErrorCode code, String message) {
        FlotillaError error = FlotillaError.notApplied(code, message);
        if (!state.hasLeader()) {
            return error;
        }
        String endpoint = brokers.broker(state.leader())
                .flatMap(leader -> leader.listener(BrokerRegistration.CLIENT_LISTENER))
                .map(Endpoint::toString)
                .orElse("");
        return error.withLeader(new LeaderHint(state.leader(), endpoint, state.leaderEpoch()));
    }

    private static Optional<FlotillaError> refused(ErrorCode code, String message) {
        return Optional.of(FlotillaError.notApplied(code, message));
    }

    private static PartitionProposalResult refusal(ErrorCode code, String message) {
        return refusal(FlotillaError.notApplied(code, message));
    }

    private static PartitionProposalResult refusal(FlotillaError error) {
        return PartitionProposalResult.newBuilder()
                .setError(Errors.toMessage(error))
                .build();
    }
}
