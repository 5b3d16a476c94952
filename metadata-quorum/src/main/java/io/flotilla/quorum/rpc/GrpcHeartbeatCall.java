package io.flotilla.quorum.rpc;

import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.wire.Errors;
import io.flotilla.proto.internal.v1.HeartbeatRequest;
import io.flotilla.proto.internal.v1.HeartbeatResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

/**
 * A heartbeat stream over gRPC: requests come on gRPC's threads, answers go out on the active controller's loop, which
 * is the only writer.
 */
final class GrpcHeartbeatCall implements HeartbeatCall, StreamObserver<HeartbeatRequest> {
    private final ServerCallStreamObserver<HeartbeatResponse> answers;
    private final ActiveController active;
    /** Written and read on the loop only. */
    private boolean closedHere;

    GrpcHeartbeatCall(ServerCallStreamObserver<HeartbeatResponse> answers, ActiveController active) {
        this.answers = answers;
        this.active = active;
        answers.setOnCancelHandler(() -> {
            // onError tells; the handler only keeps answers to a cancelled call from throwing.
        });
    }

    @Override
    public void onNext(HeartbeatRequest request) {
        active.heartbeat(this, request);
    }

    @Override
    public void onError(Throwable failure) {
        active.streamClosed(this, true);
    }

    @Override
    public void onCompleted() {
        active.streamClosed(this, true);
    }

    @Override
    public void answer(HeartbeatResponse response) {
        if (!closedHere && !answers.isCancelled()) {
            answers.onNext(response);
        }
    }

    @Override
    public void refuse(FlotillaError error) {
        answer(HeartbeatResponse.newBuilder()
                .setFenced(true)
                .setError(Errors.toMessage(error))
                .build());
        if (!closedHere && !answers.isCancelled()) {
            closedHere = true;
            answers.onCompleted();
        }
    }
}
