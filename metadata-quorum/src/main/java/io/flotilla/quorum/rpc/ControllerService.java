package io.flotilla.quorum.rpc;

import com.google.protobuf.ByteString;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.TopicId;
import io.flotilla.model.time.Clock;
import io.flotilla.model.wire.Errors;
import io.flotilla.model.wire.Ids;
import io.flotilla.model.wire.StatusErrors;
import io.flotilla.proto.internal.v1.AdministerRequest;
import io.flotilla.proto.internal.v1.AdministerResponse;
import io.flotilla.proto.internal.v1.AllocateProducerIdsRequest;
import io.flotilla.proto.internal.v1.AllocateProducerIdsResponse;
import io.flotilla.proto.internal.v1.AlterPartitionRequest;
import io.flotilla.proto.internal.v1.AlterPartitionResponse;
import io.flotilla.proto.internal.v1.AssignedReplicas;
import io.flotilla.proto.internal.v1.Command;
import io.flotilla.proto.internal.v1.CommandResult;
import io.flotilla.proto.internal.v1.ControllerServiceCreateTopicsRequest;
import io.flotilla.proto.internal.v1.ControllerServiceCreateTopicsResponse;
import io.flotilla.proto.internal.v1.ControllerServiceDeleteTopicsRequest;
import io.flotilla.proto.internal.v1.ControllerServiceDeleteTopicsResponse;
import io.flotilla.proto.internal.v1.ControllerServiceDescribeQuorumRequest;
import io.flotilla.proto.internal.v1.ControllerServiceDescribeQuorumResponse;
import io.flotilla.proto.internal.v1.ControllerServiceGrpc;
import io.flotilla.proto.internal.v1.CreateTopicsCommand;
import io.flotilla.proto.internal.v1.DeleteTopicsCommand;
import io.flotilla.proto.internal.v1.HeartbeatRequest;
import io.flotilla.proto.internal.v1.HeartbeatResponse;
import io.flotilla.proto.internal.v1.RegisterBrokerRequest;
import io.flotilla.proto.internal.v1.RegisterBrokerResponse;
import io.flotilla.proto.internal.v1.TopicDefaults;
import io.flotilla.proto.internal.v1.TopicToCreate;
import io.flotilla.proto.internal.v1.TopicToRemove;
import io.flotilla.proto.v1.NewTopic;
import io.flotilla.proto.v1.TopicToDelete;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What brokers ask of the controller, translated into commands. Safe for any thread, and for a direct executor: nothing
 * blocks. The server that carries it is closed by the process.
 */
public final class ControllerService extends ControllerServiceGrpc.ControllerServiceImplBase {
    private static final Logger LOG = LoggerFactory.getLogger(ControllerService.class);

    private final Commands commands;
    private final ActiveController active;
    private final QuorumDescription quorum;
    private final TopicDefaults topicDefaults;
    private final Origin origin;

    /**
     * Where times and ids of commands come from.
     *
     * @param ids makes fresh random ids
     */
    public record Origin(Clock clock, Supplier<UUID> ids) {}

    public ControllerService(
            Commands commands,
            ActiveController active,
            QuorumDescription quorum,
            TopicDefaults topicDefaults,
            Origin origin) {
        this.commands = commands;
        this.active = active;
        this.quorum = quorum;
        this.topicDefaults = topicDefaults;
        this.origin = origin;
    }

    @Override
    public void registerBroker(RegisterBrokerRequest request, StreamObserver<RegisterBrokerResponse> observer) {
        submit(
                Command.newBuilder().setRegisterBroker(request),
                observer,
                result -> {
                    LOG.info(
                            "broker {} registered with epoch {} after a{} stop",
                            request.getBrokerId(),
                            result.getRegisterBroker().getBrokerEpoch(),
                            request.getCleanStart() ? " clean" : "n unclean or unknown");
                    return result.getRegisterBroker();
                },
                error -> answer(
                        observer,
                        RegisterBrokerResponse.newBuilder()
                                .setError(Errors.toMessage(error))
                                .build()));
    }

    @Override
    public StreamObserver<HeartbeatRequest> heartbeat(StreamObserver<HeartbeatResponse> observer) {
        return new GrpcHeartbeatCall((ServerCallStreamObserver<HeartbeatResponse>) observer, active);
    }

    @Override
    public void alterPartition(AlterPartitionRequest request, StreamObserver<AlterPartitionResponse> observer) {
        submit(
                Command.newBuilder().setAlterPartition(request),
                observer,
                CommandResult::getAlterPartition,
                error -> answer(
                        observer,
                        AlterPartitionResponse.newBuilder()
                                .setError(Errors.toMessage(error))
                                .build()));
    }

    @Override
    public void allocateProducerIds(
            AllocateProducerIdsRequest request, StreamObserver<AllocateProducerIdsResponse> observer) {
        submit(
                Command.newBuilder().setAllocateProducerIds(request),
                observer,
                CommandResult::getAllocateProducerIds,
                error -> answer(
                        observer,
                        AllocateProducerIdsResponse.newBuilder()
                                .setError(Errors.toMessage(error))
                                .build()));
    }

    @Override
    public void createTopics(
            ControllerServiceCreateTopicsRequest request,
            StreamObserver<ControllerServiceCreateTopicsResponse> observer) {
        CreateTopicsCommand.Builder create = CreateTopicsCommand.newBuilder()
                .setValidateOnly(request.getRequest().getValidateOnly())
                .setRequestId(request.getRequest().getRequestId())
                .setDefaults(topicDefaults);
        request.getRequest().getTopicsList().forEach(topic -> create.addTopics(toCreate(topic)));
        submit(
                Command.newBuilder().setContext(request.getContext()).setCreateTopics(create),
                observer,
                CommandResult::getCreateTopics,
                error -> observer.onError(StatusErrors.toStatus(error)));
    }

    private TopicToCreate toCreate(NewTopic topic) {
        TopicToCreate.Builder wish = TopicToCreate.newBuilder()
                .setName(topic.getName())
                .setId(Ids.bytes(new TopicId(origin.ids().get())))
                .setPartitions(topic.getPartitions())
                .setReplicationFactor(topic.getReplicationFactor())
                .putAllConfigs(topic.getConfigsMap());
        topic.getAssignmentsList()
                .forEach(assigned -> wish.addAssignments(AssignedReplicas.newBuilder()
                        .setPartition(assigned.getPartition())
                        .addAllBrokerIds(assigned.getBrokerIdsList())));
        return wish.build();
    }

    @Override
    public void deleteTopics(
            ControllerServiceDeleteTopicsRequest request,
            StreamObserver<ControllerServiceDeleteTopicsResponse> observer) {
        DeleteTopicsCommand.Builder delete = DeleteTopicsCommand.newBuilder()
                .setRequestId(request.getRequest().getRequestId());
        for (TopicToDelete topic : request.getRequest().getTopicsList()) {
            ByteString id = topic.getId();
            delete.addTopics(TopicToRemove.newBuilder().setName(topic.getName()).setId(id));
        }
        submit(
                Command.newBuilder().setContext(request.getContext()).setDeleteTopics(delete),
                observer,
                CommandResult::getDeleteTopics,
                error -> observer.onError(StatusErrors.toStatus(error)));
    }

    @Override
    public void administer(AdministerRequest request, StreamObserver<AdministerResponse> observer) {
        submit(
                Command.newBuilder().setContext(request.getContext()).setAdminister(request.getOperation()),
                observer,
                result -> AdministerResponse.newBuilder()
                        .setResult(result.getAdminister())
                        .build(),
                error -> observer.onError(StatusErrors.toStatus(error)));
    }

    @Override
    public void describeQuorum(
            ControllerServiceDescribeQuorumRequest request,
            StreamObserver<ControllerServiceDescribeQuorumResponse> observer) {
        try {
            answer(
                    observer,
                    ControllerServiceDescribeQuorumResponse.newBuilder()
                            .setResponse(quorum.describe())
                            .build());
        } catch (RuntimeException e) {
            observer.onError(StatusErrors.toStatus(e));
        }
    }

    private <T> void submit(
            Command.Builder command,
            StreamObserver<T> observer,
            Function<CommandResult, T> response,
            Consumer<FlotillaError> refuse) {
        command.setNowMs(origin.clock().wallMs()).setSeed(origin.ids().get().getLeastSignificantBits());
        commands.submit(command.build()).whenComplete((result, failure) -> {
            if (failure == null) {
                answer(observer, response.apply(result));
            } else {
                FlotillaError error = CallFailures.error(failure);
                LOG.debug("{} was refused: {}", command.getCommandCase(), error);
                refuse.accept(error);
            }
        });
    }

    private static <T> void answer(StreamObserver<T> observer, T response) {
        observer.onNext(response);
        observer.onCompleted();
    }
}
