package io.flotilla.quorum.rpc;

import io.flotilla.model.wire.StatusErrors;
import io.flotilla.proto.internal.v1.IntroduceRequest;
import io.flotilla.proto.internal.v1.IntroduceResponse;
import io.flotilla.proto.internal.v1.QuorumServiceAddControllerRequest;
import io.flotilla.proto.internal.v1.QuorumServiceAddControllerResponse;
import io.flotilla.proto.internal.v1.QuorumServiceGrpc;
import io.flotilla.proto.internal.v1.QuorumServiceRemoveControllerRequest;
import io.flotilla.proto.internal.v1.QuorumServiceRemoveControllerResponse;
import io.flotilla.proto.internal.v1.QuorumServiceTransferLeadershipRequest;
import io.flotilla.proto.internal.v1.QuorumServiceTransferLeadershipResponse;
import io.flotilla.proto.v1.AddControllerResponse;
import io.flotilla.proto.v1.RemoveControllerResponse;
import io.flotilla.proto.v1.TransferLeadershipResponse;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * What controllers and brokers ask about the quorum itself, translated. Safe for any thread, and for a direct executor:
 * nothing blocks. The server that carries it is closed by the process.
 */
public final class QuorumService extends QuorumServiceGrpc.QuorumServiceImplBase {
    private final Introduction introduction;
    private final QuorumChanges changes;

    public QuorumService(Introduction introduction, QuorumChanges changes) {
        this.introduction = introduction;
        this.changes = changes;
    }

    @Override
    public void introduce(IntroduceRequest request, StreamObserver<IntroduceResponse> observer) {
        try {
            observer.onNext(introduction.to(request));
            observer.onCompleted();
        } catch (RuntimeException e) {
            observer.onError(StatusErrors.toStatus(e));
        }
    }

    @Override
    public void addController(
            QuorumServiceAddControllerRequest request, StreamObserver<QuorumServiceAddControllerResponse> observer) {
        answer(
                observer,
                changes.add(
                        request.getRequest().getNodeId(),
                        request.getRequest().getEndpoint(),
                        request.getRequest().getRequestId()),
                step -> QuorumServiceAddControllerResponse.newBuilder()
                        .setResponse(AddControllerResponse.newBuilder()
                                .setState(step.state())
                                .setDetail(step.detail())
                                .addAllVoters(step.voters()))
                        .build());
    }

    @Override
    public void removeController(
            QuorumServiceRemoveControllerRequest request,
            StreamObserver<QuorumServiceRemoveControllerResponse> observer) {
        answer(
                observer,
                changes.remove(
                        request.getRequest().getNodeId(), request.getRequest().getRequestId()),
                step -> QuorumServiceRemoveControllerResponse.newBuilder()
                        .setResponse(RemoveControllerResponse.newBuilder()
                                .setState(step.state())
                                .setDetail(step.detail())
                                .addAllVoters(step.voters()))
                        .build());
    }

    @Override
    public void transferLeadership(
            QuorumServiceTransferLeadershipRequest request,
            StreamObserver<QuorumServiceTransferLeadershipResponse> observer) {
        answer(
                observer,
                changes.transfer(
                        request.getRequest().getNodeId(), request.getRequest().getRequestId()),
                step -> QuorumServiceTransferLeadershipResponse.newBuilder()
                        .setResponse(TransferLeadershipResponse.newBuilder()
                                .setState(step.state())
                                .setDetail(step.detail())
                                .addAllVoters(step.voters()))
                        .build());
    }

    private static <T> void answer(
            StreamObserver<T> observer,
            CompletionStage<QuorumChanges.Step> change,
            Function<QuorumChanges.Step, T> response) {
        change.whenComplete((step, failure) -> {
            if (failure == null) {
                observer.onNext(response.apply(step));
                observer.onCompleted();
            } else {
                observer.onError(StatusErrors.toStatus(CallFailures.error(failure)));
            }
        });
    }
}
