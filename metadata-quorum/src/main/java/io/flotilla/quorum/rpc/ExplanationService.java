package io.flotilla.quorum.rpc;

import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.wire.ClusterViews;
import io.flotilla.model.wire.StatusErrors;
import io.flotilla.proto.internal.v1.ExplanationServiceExplainPartitionRequest;
import io.flotilla.proto.internal.v1.ExplanationServiceExplainPartitionResponse;
import io.flotilla.proto.internal.v1.ExplanationServiceGrpc;
import io.flotilla.proto.v1.ExplainPartitionRequest;
import io.flotilla.proto.v1.ExplainPartitionResponse;
import io.flotilla.proto.v1.PartitionDecision;
import io.flotilla.quorum.feed.DecisionLog;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Says why partitions are as they are. Safe for any thread, and for a direct executor. */
public final class ExplanationService extends ExplanationServiceGrpc.ExplanationServiceImplBase {
    private final DecisionLog log;
    private final BooleanSupplier leads;
    private final ControllerHints hints;

    /** @param leads whether this node is the active controller; others may be behind */
    public ExplanationService(DecisionLog log, BooleanSupplier leads, ControllerHints hints) {
        this.log = log;
        this.leads = leads;
        this.hints = hints;
    }

    @Override
    public void explainPartition(
            ExplanationServiceExplainPartitionRequest request,
            StreamObserver<ExplanationServiceExplainPartitionResponse> observer) {
        ExplainPartitionRequest asked = request.getRequest();
        if (!leads.getAsBoolean()) {
            observer.onError(StatusErrors.toStatus(hints.notController("the active controller knows best")));
            return;
        }
        Optional<DecisionLog.Found> found = log.find(asked.getTopic(), asked.getPartition());
        if (found.isEmpty()) {
            observer.onError(StatusErrors.toStatus(FlotillaError.notApplied(
                    ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
                    "there is no partition " + asked.getPartition() + " of a topic named '" + asked.getTopic() + "'")));
            return;
        }
        observer.onNext(ExplanationServiceExplainPartitionResponse.newBuilder()
                .setResponse(explanation(asked, found.get()))
                .build());
        observer.onCompleted();
    }

    private static ExplainPartitionResponse explanation(ExplainPartitionRequest asked, DecisionLog.Found found) {
        ExplainPartitionResponse.Builder response = ExplainPartitionResponse.newBuilder()
                .setTopic(asked.getTopic())
                .addAllFindings(Findings.of(found))
                .setComplete(found.complete());
        for (DecisionLog.Entry entry : found.entries()) {
            response.setPartition(ClusterViews.partition(asked.getPartition(), entry.state()));
            response.addDecisions(PartitionDecision.newBuilder()
                    .setRevision(entry.revision())
                    .setDecidedAtMs(entry.atMs())
                    .setCause(entry.cause())
                    .setState(response.getPartition()));
        }
        return response.build();
    }
}
