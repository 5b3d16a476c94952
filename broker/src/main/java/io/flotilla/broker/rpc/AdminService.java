package io.flotilla.broker.rpc;

import com.google.protobuf.ByteString;
import io.flotilla.model.call.CallContext;
import io.flotilla.model.id.TopicId;
import io.flotilla.model.time.Clock;
import io.flotilla.model.wire.Ids;
import io.flotilla.proto.internal.v1.ControllerServiceCreateTopicsRequest;
import io.flotilla.proto.internal.v1.ControllerServiceCreateTopicsResponse;
import io.flotilla.proto.internal.v1.ControllerServiceDeleteTopicsRequest;
import io.flotilla.proto.internal.v1.ControllerServiceDeleteTopicsResponse;
import io.flotilla.proto.v1.AdminServiceGrpc;
import io.flotilla.proto.v1.CreateTopicsRequest;
import io.flotilla.proto.v1.CreateTopicsResponse;
import io.flotilla.proto.v1.DeleteTopicsRequest;
import io.flotilla.proto.v1.DeleteTopicsResponse;
import io.flotilla.proto.v1.VerifyReplicasRequest;
import io.flotilla.proto.v1.VerifyReplicasResponse;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.StreamObserver;
import java.util.UUID;
import java.util.concurrent.CompletionStage;

/**
 * Administration: passes changes to the active controller and asks the replicas' brokers itself. A change is answered
 * when this broker has applied it too, so that whoever stays here finds it; after 2 s it is answered anyhow, with the
 * revision for which a reader can wait. Any thread, made for directExecutor; nothing blocks, nothing to close.
 */
public final class AdminService {
    private final ForwardedCalls controller;
    private final RevisionWait revisions;
    private final ReplicaComparison comparison;
    private final Callers callers;

    /** @param listener name of the listener that serves it */
    public AdminService(
            ForwardedCalls controller,
            RevisionWait revisions,
            ReplicaComparison comparison,
            String listener,
            Clock clock) {
        this.controller = controller;
        this.revisions = revisions;
        this.comparison = comparison;
        this.callers = new Callers(listener, clock);
    }

    /** The service for a server builder. */
    public ServerServiceDefinition definition() {
        return callers.known(new AdminServiceGrpc.AdminServiceImplBase() {
            @Override
            public void createTopics(CreateTopicsRequest request, StreamObserver<CreateTopicsResponse> reply) {
                UnaryReply.completeWith(reply, create(request));
            }

            @Override
            public void deleteTopics(DeleteTopicsRequest request, StreamObserver<DeleteTopicsResponse> reply) {
                UnaryReply.completeWith(reply, delete(request));
            }

            @Override
            public void verifyReplicas(VerifyReplicasRequest request, StreamObserver<VerifyReplicasResponse> reply) {
                UnaryReply.completeWith(reply, comparison.compare(request, Callers.current()));
            }
        });
    }

    private CompletionStage<CreateTopicsResponse> create(CreateTopicsRequest request) {
        CallContext caller = Callers.current();
        ControllerServiceCreateTopicsRequest forwarded = ControllerServiceCreateTopicsRequest.newBuilder()
                .setContext(message(caller))
                .setRequest(request.toBuilder().setRequestId(repeatable(request.getRequestId())))
                .build();
        return controller
                .forward(caller, stub -> stub.createTopics(forwarded))
                .thenApply(ControllerServiceCreateTopicsResponse::getResponse)
                .thenCompose(response -> applied(response.getRevision(), caller, response));
    }

    private CompletionStage<DeleteTopicsResponse> delete(DeleteTopicsRequest request) {
        CallContext caller = Callers.current();
        ControllerServiceDeleteTopicsRequest forwarded = ControllerServiceDeleteTopicsRequest.newBuilder()
                .setContext(message(caller))
                .setRequest(request.toBuilder().setRequestId(repeatable(request.getRequestId())))
                .build();
        return controller
                .forward(caller, stub -> stub.deleteTopics(forwarded))
                .thenApply(ControllerServiceDeleteTopicsResponse::getResponse)
                .thenCompose(response -> applied(response.getRevision(), caller, response));
    }

    /** The controller's answer, once this broker has applied what it tells of, or is late: the answer is certain. */
    private <R> CompletionStage<R> applied(long revision, CallContext caller, R response) {
        return revisions.reachedOrLate(revision, caller).thenApply(image -> response);
    }

    /** The broker's own attempts need a request id even when the caller does not. */
    private static ByteString repeatable(ByteString requestId) {
        return requestId.isEmpty() ? Ids.bytes(new TopicId(UUID.randomUUID())) : requestId;
    }

    static io.flotilla.proto.internal.v1.CallContext message(CallContext caller) {
        return io.flotilla.proto.internal.v1.CallContext.newBuilder()
                .setPrincipal(caller.principal())
                .setClientId(caller.clientId())
                .setListener(caller.listener())
                .setTraceId(caller.traceId())
                .build();
    }
}
