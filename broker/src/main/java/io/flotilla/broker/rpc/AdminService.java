package io.flotilla.broker.rpc;

import com.google.protobuf.ByteString;
import io.flotilla.model.call.CallContext;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.InternalTopics;
import io.flotilla.model.id.TopicId;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.time.Clock;
import io.flotilla.model.wire.ClusterViews;
import io.flotilla.model.wire.Ids;
import io.flotilla.proto.internal.v1.AdministerRequest;
import io.flotilla.proto.internal.v1.AdministerResponse;
import io.flotilla.proto.internal.v1.AdministrativeOperation;
import io.flotilla.proto.internal.v1.AdministrativeResult;
import io.flotilla.proto.internal.v1.ControllerServiceCreateTopicsRequest;
import io.flotilla.proto.internal.v1.ControllerServiceCreateTopicsResponse;
import io.flotilla.proto.internal.v1.ControllerServiceDeleteTopicsRequest;
import io.flotilla.proto.internal.v1.ControllerServiceDeleteTopicsResponse;
import io.flotilla.proto.internal.v1.ControllerServiceGrpc.ControllerServiceFutureStub;
import io.flotilla.proto.internal.v1.ExplanationServiceExplainPartitionRequest;
import io.flotilla.proto.internal.v1.ExplanationServiceExplainPartitionResponse;
import io.flotilla.proto.internal.v1.ExplanationServiceGrpc;
import io.flotilla.proto.internal.v1.ExplanationServiceGrpc.ExplanationServiceFutureStub;
import io.flotilla.proto.v1.AdminServiceGrpc;
import io.flotilla.proto.v1.AlterConfigsRequest;
import io.flotilla.proto.v1.AlterConfigsResponse;
import io.flotilla.proto.v1.AlterPartitionReassignmentsRequest;
import io.flotilla.proto.v1.AlterPartitionReassignmentsResponse;
import io.flotilla.proto.v1.CreatePartitionsRequest;
import io.flotilla.proto.v1.CreatePartitionsResponse;
import io.flotilla.proto.v1.CreateTopicsRequest;
import io.flotilla.proto.v1.CreateTopicsResponse;
import io.flotilla.proto.v1.DeleteRecordsRequest;
import io.flotilla.proto.v1.DeleteRecordsResponse;
import io.flotilla.proto.v1.DeleteTopicsRequest;
import io.flotilla.proto.v1.DeleteTopicsResponse;
import io.flotilla.proto.v1.DescribeConfigsRequest;
import io.flotilla.proto.v1.DescribeConfigsResponse;
import io.flotilla.proto.v1.DescribeFeaturesRequest;
import io.flotilla.proto.v1.DescribeFeaturesResponse;
import io.flotilla.proto.v1.DescribeLogDirsRequest;
import io.flotilla.proto.v1.DescribeLogDirsResponse;
import io.flotilla.proto.v1.ElectLeadersRequest;
import io.flotilla.proto.v1.ElectLeadersResponse;
import io.flotilla.proto.v1.ExplainPartitionRequest;
import io.flotilla.proto.v1.ExplainPartitionResponse;
import io.flotilla.proto.v1.ListPartitionReassignmentsRequest;
import io.flotilla.proto.v1.ListPartitionReassignmentsResponse;
import io.flotilla.proto.v1.NewTopic;
import io.flotilla.proto.v1.UpdateFeaturesRequest;
import io.flotilla.proto.v1.UpdateFeaturesResponse;
import io.flotilla.proto.v1.VerifyReplicasRequest;
import io.flotilla.proto.v1.VerifyReplicasResponse;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.StreamObserver;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Administration: passes changes to the active controller and asks the replicas' brokers itself. A change is answered
 * when this broker has applied it too, so that whoever stays here finds it; after 2 s it is answered anyhow, with the
 * revision for which a reader can wait. Any thread, made for directExecutor; nothing blocks, nothing to close.
 */
public final class AdminService {
    private final Ports ports;
    private final ConfigDescriptions configs;
    private final Callers callers;

    /** What it works with. */
    public record Ports(ForwardedCalls controller, RevisionWait revisions, Peers peers, OwnConfigs configs) {}

    /** What is asked of the brokers that hold the replicas. */
    public record Peers(ReplicaComparison comparison, RecordDeletion deletion, LogDirQuery logDirs) {}

    /** @param listener name of the listener that serves it */
    public AdminService(Ports ports, String listener, Clock clock) {
        this.ports = ports;
        this.configs = new ConfigDescriptions(ports.configs());
        this.callers = new Callers(listener, clock);
    }

    /** The service for a server builder. */
    public ServerServiceDefinition definition() {
        return callers.known(new Calls());
    }

    private final class Calls extends AdminServiceGrpc.AdminServiceImplBase {
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
            UnaryReply.completeWith(reply, ports.peers().comparison().compare(request, Callers.current()));
        }

        @Override
        public void deleteRecords(DeleteRecordsRequest request, StreamObserver<DeleteRecordsResponse> reply) {
            UnaryReply.completeWith(reply, ports.peers().deletion().delete(request, Callers.current()));
        }

        @Override
        public void describeLogDirs(DescribeLogDirsRequest request, StreamObserver<DescribeLogDirsResponse> reply) {
            UnaryReply.completeWith(reply, ports.peers().logDirs().describe(request, Callers.current()));
        }

        @Override
        public void electLeaders(ElectLeadersRequest request, StreamObserver<ElectLeadersResponse> reply) {
            var operation = AdministrativeOperation.newBuilder().setElectLeaders(request);
            administer(operation, request.getRequestId(), reply, AdministrativeResult::getElectLeaders);
        }

        @Override
        public void alterConfigs(AlterConfigsRequest request, StreamObserver<AlterConfigsResponse> reply) {
            var operation = AdministrativeOperation.newBuilder().setAlterConfigs(request);
            administer(operation, request.getRequestId(), reply, AdministrativeResult::getAlterConfigs);
        }

        @Override
        public void describeConfigs(DescribeConfigsRequest request, StreamObserver<DescribeConfigsResponse> reply) {
            read(request.getMinRevision(), reply, image -> configs.describe(request, image));
        }

        @Override
        public void createPartitions(CreatePartitionsRequest request, StreamObserver<CreatePartitionsResponse> reply) {
            var operation = AdministrativeOperation.newBuilder().setCreatePartitions(request);
            administer(operation, request.getRequestId(), reply, AdministrativeResult::getCreatePartitions);
        }

        @Override
        public void alterPartitionReassignments(
                AlterPartitionReassignmentsRequest request, StreamObserver<AlterPartitionReassignmentsResponse> reply) {
            var operation = AdministrativeOperation.newBuilder().setAlterPartitionReassignments(request);
            administer(operation, request.getRequestId(), reply, AdministrativeResult::getAlterPartitionReassignments);
        }

        @Override
        public void listPartitionReassignments(
                ListPartitionReassignmentsRequest request, StreamObserver<ListPartitionReassignmentsResponse> reply) {
            read(request.getMinRevision(), reply, image -> OngoingReassignments.list(request, image));
        }

        @Override
        public void updateFeatures(UpdateFeaturesRequest request, StreamObserver<UpdateFeaturesResponse> reply) {
            var operation = AdministrativeOperation.newBuilder().setUpdateFeatures(request);
            administer(operation, request.getRequestId(), reply, AdministrativeResult::getUpdateFeatures);
        }

        @Override
        public void describeFeatures(DescribeFeaturesRequest request, StreamObserver<DescribeFeaturesResponse> reply) {
            read(request.getMinRevision(), reply, ClusterViews::features);
        }

        @Override
        public void explainPartition(ExplainPartitionRequest request, StreamObserver<ExplainPartitionResponse> reply) {
            CallContext caller = Callers.current();
            var forwarded = ExplanationServiceExplainPartitionRequest.newBuilder()
                    .setContext(message(caller))
                    .setRequest(request)
                    .build();
            UnaryReply.completeWith(
                    reply,
                    ports.controller()
                            .forward(caller, stub -> explanations(stub).explainPartition(forwarded))
                            .thenApply(ExplanationServiceExplainPartitionResponse::getResponse));
        }
    }

    private CompletionStage<CreateTopicsResponse> create(CreateTopicsRequest request) {
        for (NewTopic topic : request.getTopicsList()) {
            if (InternalTopics.contains(topic.getName())) {
                return CompletableFuture.failedFuture(FlotillaError.notApplied(
                                ErrorCode.POLICY_VIOLATION,
                                "topic " + topic.getName() + " is the cluster's own; brokers create it when a consumer"
                                        + " group first needs it")
                        .exception());
            }
        }
        CallContext caller = Callers.current();
        ControllerServiceCreateTopicsRequest forwarded = ControllerServiceCreateTopicsRequest.newBuilder()
                .setContext(message(caller))
                .setRequest(request.toBuilder().setRequestId(repeatable(request.getRequestId())))
                .build();
        return ports.controller()
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
        return ports.controller()
                .forward(caller, stub -> stub.deleteTopics(forwarded))
                .thenApply(ControllerServiceDeleteTopicsResponse::getResponse)
                .thenCompose(response -> applied(response.getRevision(), caller, response));
    }

    /** Passes an operation to the controller; answers with the part of the result that belongs to it. */
    private <R> void administer(
            AdministrativeOperation.Builder operation,
            ByteString requestId,
            StreamObserver<R> reply,
            Function<AdministrativeResult, R> answer) {
        CallContext caller = Callers.current();
        AdministerRequest forwarded = AdministerRequest.newBuilder()
                .setContext(message(caller))
                .setOperation(operation.setRequestId(repeatable(requestId)))
                .build();
        UnaryReply.completeWith(
                reply,
                ports.controller()
                        .forward(caller, stub -> stub.administer(forwarded))
                        .thenApply(AdministerResponse::getResult)
                        .thenCompose(result -> applied(result.getRevision(), caller, answer.apply(result))));
    }

    /** The other service of the same node, in the same time. */
    private static ExplanationServiceFutureStub explanations(ControllerServiceFutureStub controller) {
        return ExplanationServiceGrpc.newFutureStub(controller.getChannel())
                .withDeadline(controller.getCallOptions().getDeadline());
    }

    /** Answers from the applied metadata, once it has reached the revision. */
    private <R> void read(long minRevision, StreamObserver<R> reply, Function<MetadataImage, R> answer) {
        CompletableFuture<MetadataImage> image = ports.revisions().reached(Math.max(1, minRevision), Callers.current());
        UnaryReply.cancelWith(reply, () -> image.cancel(false));
        UnaryReply.completeWith(reply, image.thenApply(answer));
    }

    /** The controller's answer, once this broker has applied what it tells of, or is late: the answer is certain. */
    private <R> CompletionStage<R> applied(long revision, CallContext caller, R response) {
        return ports.revisions().reachedOrLate(revision, caller).thenApply(image -> response);
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
