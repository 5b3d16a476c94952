package io.flotilla.broker.rpc;

import io.flotilla.broker.coordinator.GroupShards;
import io.flotilla.broker.coordinator.OffsetsPartitions;
import io.flotilla.broker.group.FetchedOffset;
import io.flotilla.broker.group.Hello;
import io.flotilla.broker.group.OffsetResult;
import io.flotilla.broker.partition.BrokerEndpoints;
import io.flotilla.model.call.CallContext;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.error.FlotillaException;
import io.flotilla.model.time.Clock;
import io.flotilla.model.wire.Errors;
import io.flotilla.proto.v1.CommitOffsetsRequest;
import io.flotilla.proto.v1.CommitOffsetsResponse;
import io.flotilla.proto.v1.DeleteGroupsRequest;
import io.flotilla.proto.v1.DeleteGroupsResponse;
import io.flotilla.proto.v1.DescribeGroupsRequest;
import io.flotilla.proto.v1.DescribeGroupsResponse;
import io.flotilla.proto.v1.FetchOffsetsRequest;
import io.flotilla.proto.v1.FetchOffsetsResponse;
import io.flotilla.proto.v1.FindCoordinatorsRequest;
import io.flotilla.proto.v1.FindCoordinatorsResponse;
import io.flotilla.proto.v1.GroupCoordinator;
import io.flotilla.proto.v1.GroupsServiceGrpc;
import io.flotilla.proto.v1.JoinRequest;
import io.flotilla.proto.v1.JoinResponse;
import io.flotilla.proto.v1.ListGroupsRequest;
import io.flotilla.proto.v1.ListGroupsResponse;
import io.flotilla.proto.v1.ResetOffsetsRequest;
import io.flotilla.proto.v1.ResetOffsetsResponse;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.StreamObserver;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Consumer groups: members' streams and commits go to the coordinator, which must be this broker; for everything else
 * the coordinators are asked, wherever they are. Any thread, made for directExecutor; nothing blocks, nothing to close.
 */
public final class GroupsService {
    private static final int GROUP_BYTES_MAX = 249;

    private final Ports ports;
    private final String listener;
    private final Clock clock;
    /** Numbers the Join streams of this broker. */
    private final AtomicLong connections = new AtomicLong();

    /**
     * What it works with.
     *
     * @param shards the groups that are coordinated here
     * @param queries asks the coordinators
     * @param topic where groups are kept
     * @param places who coordinates what
     */
    public record Ports(
            GroupShards shards,
            GroupQueries queries,
            OffsetsTopic topic,
            OffsetsPartitions places,
            BrokerEndpoints endpoints) {}

    /** @param listener name of the listener that serves it */
    public GroupsService(Ports ports, String listener, Clock clock) {
        this.ports = ports;
        this.listener = listener;
        this.clock = clock;
    }

    /** The service for a server builder. */
    public ServerServiceDefinition definition() {
        ServerServiceDefinition unary = new Callers(listener, clock).known(new Calls());
        ServerServiceDefinition.Builder all = ServerServiceDefinition.builder(unary.getServiceDescriptor());
        String join = GroupsServiceGrpc.getJoinMethod().getFullMethodName();
        for (ServerMethodDefinition<?, ?> method : unary.getMethods()) {
            if (!method.getMethodDescriptor().getFullMethodName().equals(join)) {
                all.addMethod(method);
            }
        }
        return all.addMethod(GroupsServiceGrpc.getJoinMethod(), this::join).build();
    }

    private ServerCall.Listener<JoinRequest> join(ServerCall<JoinRequest, JoinResponse> call, Metadata headers) {
        CallContext caller = CallContexts.of(headers, listener, clock.nanos());
        call.sendHeaders(new Metadata());
        call.request(1);
        Hello.Peer peer = new Hello.Peer(connections.incrementAndGet(), caller.clientId(), host(call));
        return new JoinStream(call, ports.shards(), peer);
    }

    private static String host(ServerCall<?, ?> call) {
        SocketAddress address = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
        if (address instanceof InetSocketAddress internet && internet.getAddress() != null) {
            return internet.getAddress().getHostAddress();
        }
        return address == null ? "" : address.toString();
    }

    private final class Calls extends GroupsServiceGrpc.GroupsServiceImplBase {
        @Override
        public void findCoordinators(FindCoordinatorsRequest request, StreamObserver<FindCoordinatorsResponse> reply) {
            answer(reply, () -> {
                GroupQueries.checkCount(request.getGroupsCount());
                return ports.topic().present().thenApply(image -> coordinators(request));
            });
        }

        @Override
        public void commitOffsets(CommitOffsetsRequest request, StreamObserver<CommitOffsetsResponse> reply) {
            answer(reply, () -> {
                FutureReply<List<OffsetResult>> results = new FutureReply<>();
                ports.shards().commit(GroupFields.commit(request), results);
                return results.future()
                        .thenApply(all -> CommitOffsetsResponse.newBuilder()
                                .addAllResults(
                                        all.stream().map(GroupFields::result).toList())
                                .build());
            });
        }

        @Override
        public void fetchOffsets(FetchOffsetsRequest request, StreamObserver<FetchOffsetsResponse> reply) {
            answer(reply, () -> {
                FutureReply<List<FetchedOffset>> offsets = new FutureReply<>();
                ports.shards()
                        .fetchOffsets(request.getGroup(), GroupFields.partitions(request.getPartitionsList()), offsets);
                return offsets.future()
                        .thenApply(all -> FetchOffsetsResponse.newBuilder()
                                .addAllOffsets(
                                        all.stream().map(GroupFields::committed).toList())
                                .build());
            });
        }

        @Override
        public void listGroups(ListGroupsRequest request, StreamObserver<ListGroupsResponse> reply) {
            CallContext caller = Callers.current();
            answer(reply, () -> ports.queries().list(request, caller));
        }

        @Override
        public void describeGroups(DescribeGroupsRequest request, StreamObserver<DescribeGroupsResponse> reply) {
            CallContext caller = Callers.current();
            answer(reply, () -> ports.queries().describe(request, caller));
        }

        @Override
        public void deleteGroups(DeleteGroupsRequest request, StreamObserver<DeleteGroupsResponse> reply) {
            CallContext caller = Callers.current();
            answer(reply, () -> ports.queries().delete(request, caller));
        }

        /** A group may begin with the offsets that somebody sets for it. */
        @Override
        public void resetOffsets(ResetOffsetsRequest request, StreamObserver<ResetOffsetsResponse> reply) {
            CallContext caller = Callers.current();
            answer(
                    reply,
                    () -> ports.topic()
                            .present()
                            .thenCompose(image -> ports.queries().reset(request, caller)));
        }
    }

    /** Answers with what the call gives; a request that cannot be read is refused. */
    private static <R> void answer(StreamObserver<R> reply, Supplier<CompletionStage<R>> call) {
        try {
            UnaryReply.completeWith(reply, call.get());
        } catch (FlotillaException e) {
            UnaryReply.fail(reply, e);
        }
    }

    private FindCoordinatorsResponse coordinators(FindCoordinatorsRequest request) {
        FindCoordinatorsResponse.Builder response = FindCoordinatorsResponse.newBuilder();
        for (String group : request.getGroupsList()) {
            response.addCoordinators(coordinator(group));
        }
        return response.build();
    }

    private GroupCoordinator coordinator(String group) {
        GroupCoordinator.Builder found =
                GroupCoordinator.newBuilder().setGroup(group).setBrokerId(-1);
        int bytes = group.getBytes(StandardCharsets.UTF_8).length;
        if (bytes < 1 || bytes > GROUP_BYTES_MAX) {
            return found.setError(Errors.toMessage(FlotillaError.notApplied(
                            ErrorCode.INVALID_GROUP_ID,
                            "a group's name has 1 to " + GROUP_BYTES_MAX + " bytes, not " + bytes)))
                    .build();
        }
        return ports.places()
                .placeOf(group)
                .filter(place -> place.state().hasLeader())
                .map(place -> found.setBrokerId(place.state().leader())
                        .setEndpoint(
                                ports.endpoints().clientEndpoint(place.state().leader())))
                .orElseGet(() -> found.setError(Errors.toMessage(ports.places().notCoordinator(group))))
                .build();
    }
}
