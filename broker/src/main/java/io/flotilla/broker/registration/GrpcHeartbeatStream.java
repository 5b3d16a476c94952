package io.flotilla.broker.registration;

import io.flotilla.broker.registration.ControllerClient.Heartbeat;
import io.flotilla.broker.registration.ControllerClient.HeartbeatAnswer;
import io.flotilla.broker.registration.ControllerClient.HeartbeatSink;
import io.flotilla.broker.registration.ControllerClient.HeartbeatStream;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.Endpoint;
import io.flotilla.model.wire.Errors;
import io.flotilla.proto.internal.v1.ControllerServiceGrpc.ControllerServiceStub;
import io.flotilla.proto.internal.v1.HeartbeatRequest;
import io.flotilla.proto.internal.v1.HeartbeatResponse;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One Heartbeat call. Its session's loop sends and closes it; answers come on gRPC's threads. */
final class GrpcHeartbeatStream
        implements HeartbeatStream, ClientResponseObserver<HeartbeatRequest, HeartbeatResponse> {
    private final Endpoint node;
    private final int brokerId;
    private final HeartbeatSink sink;
    private final Trouble trouble;
    private volatile @Nullable ClientCallStreamObserver<HeartbeatRequest> call;

    /** What the stream learns about the node at its other end. */
    interface Trouble {
        FlotillaError onFailure(Throwable failure);

        void onRefusal(FlotillaError error);

        void onSilence();
    }

    GrpcHeartbeatStream(Endpoint node, int brokerId, HeartbeatSink sink, Trouble trouble) {
        this.node = node;
        this.brokerId = brokerId;
        this.sink = sink;
        this.trouble = trouble;
    }

    void startOn(ControllerServiceStub stub) {
        stub.heartbeat(this);
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<HeartbeatRequest> requests) {
        call = requests;
    }

    @Override
    public void onNext(HeartbeatResponse response) {
        Optional<FlotillaError> error =
                response.hasError() ? Optional.of(Errors.ofMessage(response.getError())) : Optional.empty();
        error.ifPresent(trouble::onRefusal);
        sink.onAnswer(new HeartbeatAnswer(
                response.getFenced(),
                response.getMayShutDown(),
                response.getRevision(),
                response.getLeaderships(),
                error));
    }

    @Override
    public void onError(Throwable failure) {
        sink.onClosed(trouble.onFailure(failure));
    }

    @Override
    public void onCompleted() {
        FlotillaError ended = FlotillaError.unknown(ErrorCode.NOT_CONTROLLER, "the node ended the heartbeat stream");
        trouble.onRefusal(ended);
        sink.onClosed(ended);
    }

    @Override
    public Endpoint controller() {
        return node;
    }

    @Override
    public void send(Heartbeat heartbeat) {
        ClientCallStreamObserver<HeartbeatRequest> started = call;
        if (started != null) {
            started.onNext(GrpcControllerMessages.heartbeat(brokerId, heartbeat));
        }
    }

    @Override
    public void close() {
        ClientCallStreamObserver<HeartbeatRequest> started = call;
        if (started != null) {
            started.cancel("the broker leaves this controller", null);
        }
    }

    @Override
    public void abandon() {
        trouble.onSilence();
        close();
    }
}
