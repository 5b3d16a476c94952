package io.flotilla.quorum.command;

import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.image.PartitionState;
import io.flotilla.model.image.TopicImage;
import io.flotilla.model.wire.Errors;
import io.flotilla.proto.internal.v1.AdministrativeResult;
import io.flotilla.proto.v1.AlterPartitionReassignmentsRequest;
import io.flotilla.proto.v1.AlterPartitionReassignmentsResponse;
import io.flotilla.proto.v1.PartitionReassignment;
import io.flotilla.proto.v1.PartitionReassignmentResult;
import java.util.List;
import java.util.Optional;

/** Begins, changes and cancels reassignments, each partition on its own. */
final class ReassignPartitions {
    private ReassignPartitions() {}

    static Administration.Answer decide(Draft draft, AlterPartitionReassignmentsRequest request) {
        AlterPartitionReassignmentsResponse.Builder response = AlterPartitionReassignmentsResponse.newBuilder();
        for (PartitionReassignment wish : request.getReassignmentsList()) {
            PartitionReassignmentResult.Builder result = PartitionReassignmentResult.newBuilder()
                    .setTopic(wish.getTopic())
                    .setPartition(wish.getPartition());
            reassign(draft, wish).map(Errors::toMessage).ifPresent(result::setError);
            response.addResults(result);
        }
        return new Administration.Answer(
                AdministrativeResult.newBuilder()
                        .setAlterPartitionReassignments(response.setRevision(draft.revision())),
                response.getResultsCount());
    }

    private static Optional<FlotillaError> reassign(Draft draft, PartitionReassignment wish) {
        Optional<PartitionState> found = NamedPartitions.find(draft.image(), wish.getTopic(), wish.getPartition());
        if (found.isEmpty()) {
            return Optional.of(NamedPartitions.missing(draft.image(), wish.getTopic(), wish.getPartition()));
        }
        PartitionState state = found.get();
        boolean cancels = wish.getTargetCount() == 0;
        if (cancels && !state.plan().reassigns()) {
            return refused(
                    ErrorCode.NO_REASSIGNMENT_IN_PROGRESS,
                    "partition " + wish.getPartition() + " of topic '" + wish.getTopic() + "' is not being moved");
        }
        List<Integer> target = cancels ? state.origin() : wish.getTargetList();
        Optional<String> defect = Assignments.defect(draft.image(), target, state.replicaIds());
        if (defect.isPresent()) {
            return refused(
                    ErrorCode.INVALID_REPLICA_ASSIGNMENT,
                    "partition " + wish.getPartition() + " of topic '" + wish.getTopic() + "': " + defect.get());
        }
        TopicImage topic = draft.image().topics().named(wish.getTopic()).orElseThrow();
        draft.apply(
                topic,
                wish.getPartition(),
                draft.changeOf(topic.settings(), state).reassigns(target, draft.nextRevision()));
        return Optional.empty();
    }

    private static Optional<FlotillaError> refused(ErrorCode code, String message) {
        return Optional.of(FlotillaError.notApplied(code, message));
    }
}
