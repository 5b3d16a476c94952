package io.flotilla.broker.rpc;

import com.google.common.util.concurrent.ListenableFuture;
import io.flotilla.model.call.CallContext;
import io.flotilla.model.time.Clock;
import io.flotilla.proto.internal.v1.QuorumServiceAddControllerRequest;
import io.flotilla.proto.internal.v1.QuorumServiceAddControllerResponse;
import io.flotilla.proto.internal.v1.QuorumServiceGrpc.QuorumServiceFutureStub;
import io.flotilla.proto.internal.v1.QuorumServiceRemoveControllerRequest;
import io.flotilla.proto.internal.v1.QuorumServiceRemoveControllerResponse;
import io.flotilla.proto.internal.v1.QuorumServiceTransferLeadershipRequest;
import io.flotilla.proto.internal.v1.QuorumServiceTransferLeadershipResponse;
import io.flotilla.proto.v1.AddControllerRequest;
import io.flotilla.proto.v1.AddControllerResponse;
import io.flotilla.proto.v1.QuorumAdminServiceGrpc;
import io.flotilla.proto.v1.RemoveControllerRequest;
import io.flotilla.proto.v1.RemoveControllerResponse;
import io.flotilla.proto.v1.TransferLeadershipRequest;
import io.flotilla.proto.v1.TransferLeadershipResponse;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.StreamObserver;
import java.util.function.Function;

/**
 * Passes changes to the metadata quorum to the active controller, wherever a change moves it. Any thread, made for
 * directExecutor; nothing blocks, nothing to close.
 */
public final class QuorumAdminService {
    private final ForwardedCalls controller;
    private final Callers callers;

    /** @param listener name of the listener that serves it */
    public QuorumAdminService(ForwardedCalls controller, String listener, Clock clock) {
        this.controller = controller;
        this.callers = new Callers(listener, clock);
    }

    /** The service for a server builder. */
    public ServerServiceDefinition definition() {
        return callers.known(new QuorumAdminServiceGrpc.QuorumAdminServiceImplBase() {
            @Override
            public void addController(AddControllerRequest request, StreamObserver<AddControllerResponse> reply) {
                CallContext caller = Callers.current();
                QuorumServiceAddControllerRequest forwarded = QuorumServiceAddControllerRequest.newBuilder()
                        .setContext(AdminService.message(caller))
                        .setRequest(request)
                        .build();
                forward(
                        caller,
                        stub -> stub.addController(forwarded),
                        QuorumServiceAddControllerResponse::getResponse,
                        reply);
            }

            @Override
            public void removeController(
                    RemoveControllerRequest request, StreamObserver<RemoveControllerResponse> reply) {
                CallContext caller = Callers.current();
                QuorumServiceRemoveControllerRequest forwarded = QuorumServiceRemoveControllerRequest.newBuilder()
                        .setContext(AdminService.message(caller))
                        .setRequest(request)
                        .build();
                forward(
                        caller,
                        stub -> stub.removeController(forwarded),
                        QuorumServiceRemoveControllerResponse::getResponse,
                        reply);
            }

            @Override
            public void transferLeadership(
                    TransferLeadershipRequest request, StreamObserver<TransferLeadershipResponse> reply) {
                CallContext caller = Callers.current();
                QuorumServiceTransferLeadershipRequest forwarded = QuorumServiceTransferLeadershipRequest.newBuilder()
                        .setContext(AdminService.message(caller))
                        .setRequest(request)
                        .build();
                forward(
                        caller,
                        stub -> stub.transferLeadership(forwarded),
                        QuorumServiceTransferLeadershipResponse::getResponse,
                        reply);
            }
        });
    }

    private <F, R> void forward(
            CallContext caller,
            Function<QuorumServiceFutureStub, ListenableFuture<F>> call,
            Function<F, R> response,
            StreamObserver<R> reply) {
        UnaryReply.completeWith(reply, controller.forwardToQuorum(caller, call).thenApply(response));
    }
}
