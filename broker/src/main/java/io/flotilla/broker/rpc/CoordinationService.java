package io.flotilla.broker.rpc;

import io.flotilla.broker.coordinator.GroupShards;
import io.flotilla.model.error.FlotillaException;
import io.flotilla.proto.internal.v1.CoordinateRequest;
import io.flotilla.proto.internal.v1.CoordinateResponse;
import io.flotilla.proto.internal.v1.CoordinationServiceGrpc;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;

/**
 * What brokers ask of each other about the groups that they coordinate; for the internal listener only. Any thread,
 * made for directExecutor; nothing blocks, nothing to close.
 */
public final class CoordinationService extends CoordinationServiceGrpc.CoordinationServiceImplBase {
    private final LocalGroups groups;
    private final ReplicaAdmission admission;

    public CoordinationService(GroupShards shards, ReplicaAdmission admission) {
        this.groups = new LocalGroups(shards);
        this.admission = admission;
    }

    @Override
    public void coordinate(CoordinateRequest request, StreamObserver<CoordinateResponse> reply) {
        try {
            admission.checkCluster(request.getClusterId());
            UnaryReply.completeWith(reply, answer(request));
        } catch (FlotillaException e) {
            UnaryReply.fail(reply, e);
        }
    }

    private CompletableFuture<CoordinateResponse> answer(CoordinateRequest request) {
        CoordinateResponse.Builder response = CoordinateResponse.newBuilder();
        return switch (request.getQuestionCase()) {
            case LIST ->
                groups.list(request.getList())
                        .thenApply(answer -> response.setList(answer).build());
            case DESCRIBE ->
                groups.describe(request.getDescribe())
                        .thenApply(answer -> response.setDescribe(answer).build());
            case DELETE ->
                groups.delete(request.getDelete())
                        .thenApply(answer -> response.setDelete(answer).build());
            case RESET ->
                groups.reset(request.getReset())
                        .thenApply(answer -> response.setReset(answer).build());
            case QUESTION_NOT_SET -> throw GroupFields.invalid("the request asks nothing");
        };
    }
}
