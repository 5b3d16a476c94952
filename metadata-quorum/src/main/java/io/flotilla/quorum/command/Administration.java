package io.flotilla.quorum.command;

import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.image.FeatureRange;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.proto.internal.v1.AdministrativeOperation;
import io.flotilla.proto.internal.v1.AdministrativeOperation.OperationCase;
import io.flotilla.proto.internal.v1.AdministrativeResult;
import io.flotilla.proto.internal.v1.CommandResult;
import java.util.Optional;

/**
 * Decides any operation of an operator. A repetition with the same request id gets the first answer, so that whoever
 * lost an answer does not take "already done" for a refusal.
 */
final class Administration {
    /**
     * An answer with more results is not kept. So what does not simply set a state, and would be answered otherwise
     * when it is repeated, may not ask for more at once.
     */
    private static final int RESULTS_KEPT_MAX = 1000;

    private Administration() {}

    /** What an operation answers, and how many results that has. */
    record Answer(AdministrativeResult.Builder result, int results) {}

    /** @param seed decides where first replicas go */
    static Decision decide(MetadataImage image, AdministrativeOperation operation, long seed) {
        AnsweredRequests requests = new AnsweredRequests(operation.getRequestId());
        Optional<byte[]> answered = requests.answer(image);
        if (answered.isPresent()) {
            AdministrativeResult first = AnsweredRequests.read(AdministrativeResult.parser(), answered.get());
            if (first.getResultCase().getNumber()
                    != operation.getOperationCase().getNumber()) {
                throw new IllegalArgumentException("the request id belongs to a request of another kind");
            }
            return Decision.answer(result(first));
        }
        Optional<Decision> refusal = refusal(image, operation);
        if (refusal.isPresent()) {
            return refusal.get();
        }
        Draft draft = new Draft(image);
        Answer answer;
        switch (operation.getOperationCase()) {
            case ELECT_LEADERS -> answer = ElectLeaders.decide(draft, operation.getElectLeaders());
            case ALTER_CONFIGS -> {
                answer = AlterConfigs.decide(draft, operation.getAlterConfigs());
                if (operation.getAlterConfigs().getValidateOnly()) {
                    return unchanged(image, answer);
                }
            }
            case CREATE_PARTITIONS -> {
                answer = CreatePartitions.decide(draft, operation.getCreatePartitions(), seed);
                if (operation.getCreatePartitions().getValidateOnly()) {
                    return unchanged(image, answer);
                }
            }
            case ALTER_PARTITION_REASSIGNMENTS ->
                answer = ReassignPartitions.decide(draft, operation.getAlterPartitionReassignments());
            case UPDATE_FEATURES -> {
                answer = UpdateFeatures.decide(draft, operation.getUpdateFeatures());
                if (operation.getUpdateFeatures().getValidateOnly()) {
                    return unchanged(image, answer);
                }
            }
            default -> {
                return Decision.reject(
                        ErrorCode.INVALID_REQUEST, "the operation is of a kind that this version does not know");
            }
        }
        AdministrativeResult kept =
                answer.result().setRevision(draft.revision()).build();
        if (answer.results() <= RESULTS_KEPT_MAX) {
            requests.remember(draft, kept);
        }
        return draft.accept(result(kept));
    }

    /** Why the operation is refused as a whole. */
    private static Optional<Decision> refusal(MetadataImage image, AdministrativeOperation operation) {
        if (image.featureLevel() < FeatureRange.OPERATIONS
                && operation.getOperationCase() != OperationCase.UPDATE_FEATURES) {
            return Optional.of(Decision.reject(
                    ErrorCode.UNSUPPORTED_VERSION,
                    "the cluster runs at feature level " + image.featureLevel() + ", and this needs level "
                            + FeatureRange.OPERATIONS + "; raise it with 'flotilla features --upgrade' once every node"
                            + " runs this version"));
        }
        int wishes = operation.getCreatePartitions().getTopicsCount()
                + operation.getAlterPartitionReassignments().getReassignmentsCount();
        return wishes <= RESULTS_KEPT_MAX
                ? Optional.empty()
                : Optional.of(Decision.reject(
                        ErrorCode.INVALID_REQUEST,
                        wishes + " changes are asked for at once, and " + RESULTS_KEPT_MAX
                                + " is the limit; send the rest in another request"));
    }

    private static Decision unchanged(MetadataImage image, Answer answer) {
        return Decision.answer(
                result(answer.result().setRevision(image.revision()).build()));
    }

    private static CommandResult result(AdministrativeResult result) {
        return CommandResult.newBuilder().setAdminister(result).build();
    }
}
