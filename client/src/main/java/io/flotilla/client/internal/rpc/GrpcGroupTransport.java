package io.flotilla.client.internal.rpc;

import io.flotilla.client.internal.group.GroupPartition;
import io.flotilla.client.internal.group.GroupTransport;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.Endpoint;
import io.flotilla.model.wire.Errors;
import io.flotilla.proto.v1.CommitOffsetsResponse;
import io.flotilla.proto.v1.FetchOffsetsRequest;
import io.flotilla.proto.v1.FetchOffsetsResponse;
import io.flotilla.proto.v1.FindCoordinatorsRequest;
import io.flotilla.proto.v1.FindCoordinatorsResponse;
import io.flotilla.proto.v1.GroupCoordinator;
import io.flotilla.proto.v1.GroupsServiceGrpc;
import io.flotilla.proto.v1.JoinRequest;
import io.flotilla.proto.v1.JoinResponse;
import io.flotilla.proto.v1.OffsetToCommit;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Function;

/** Speaks to coordinators over gRPC. Called by the client's loop. */
public final class GrpcGroupTransport implements GroupTransport {
    private final ChannelPool channels;
    private final Executor loop;

    public GrpcGroupTransport(ChannelPool channels, Executor loop) {
        this.channels = channels;
        this.loop = loop;
    }

    /** Translates an answer before the listener hears it; what cannot be translated is a failure. */
    private record Translated<M, A>(Function<M, A> translation, AnswerListener<A> listener)
            implements UnaryCall.Receiver<M> {
        @Override
        public void received(M answer) {
            A translated;
            try {
                translated = translation.apply(answer);
            } catch (IllegalArgumentException e) {
                listener.failed(FlotillaError.unknown(
                        ErrorCode.UNKNOWN_SERVER_ERROR, "the broker sent what is no valid answer: " + e.getMessage()));
                return;
            }
            listener.answered(translated);
        }

        @Override
        public void failed(FlotillaError error) {
            listener.failed(error);
        }
    }

    private UnaryCall.Line line(Endpoint broker, long timeoutMs) {
        return new UnaryCall.Line(channels, broker, loop, timeoutMs);
    }

    @Override
    public void findCoordinator(Endpoint broker, String group, long timeoutMs, AnswerListener<Endpoint> listener) {
        UnaryCall.start(
                line(broker, timeoutMs),
                GroupsServiceGrpc.getFindCoordinatorsMethod(),
                FindCoordinatorsRequest.newBuilder().addGroups(group).build(),
                new UnaryCall.Receiver<FindCoordinatorsResponse>() {
                    @Override
                    public void received(FindCoordinatorsResponse answer) {
                        tell(answer.getCoordinatorsList(), listener);
                    }

                    @Override
                    public void failed(FlotillaError error) {
                        listener.failed(error);
                    }
                });
    }

    private static void tell(List<GroupCoordinator> coordinators, AnswerListener<Endpoint> listener) {
        if (coordinators.isEmpty()) {
            listener.failed(FlotillaError.notApplied(
                    ErrorCode.COORDINATOR_NOT_AVAILABLE, "the broker answered without a coordinator"));
            return;
        }
        GroupCoordinator coordinator = coordinators.get(0);
        if (coordinator.hasError()) {
            listener.failed(Errors.ofMessage(coordinator.getError()));
            return;
        }
        Endpoint endpoint;
        try {
            endpoint = Endpoint.parse(coordinator.getEndpoint());
        } catch (IllegalArgumentException e) {
            listener.failed(FlotillaError.notApplied(
                    ErrorCode.COORDINATOR_NOT_AVAILABLE, "the coordinator's endpoint: " + e.getMessage()));
            return;
        }
        listener.answered(endpoint);
    }

    @Override
    public JoinStream join(Endpoint coordinator, Hello hello, JoinListener listener) {
        BidiCall<JoinRequest, JoinResponse, GroupMessages.Said> call = BidiCall.open(
                new BidiCall.Line(channels, coordinator, loop),
                GroupsServiceGrpc.getJoinMethod(),
                GroupMessages::said,
                new BidiCall.Receiver<>() {
                    @Override
                    public void received(GroupMessages.Said message) {
                        message.to(listener);
                    }

                    @Override
                    public void broken(FlotillaError error) {
                        listener.broken(error);
                    }
                });
        call.send(GroupMessages.hello(hello));
        return new JoinStream() {
            @Override
            public void heartbeat(Heartbeat heartbeat) {
                call.send(GroupMessages.heartbeat(heartbeat));
            }

            @Override
            public void leave() {
                call.send(GroupMessages.LEAVE);
                call.halfClose();
            }

            @Override
            public void close() {
                call.close();
            }
        };
    }

    @Override
    public void commit(
            Call call, Author author, Map<GroupPartition, Committed> offsets, AnswerListener<Refusals> listener) {
        List<Map.Entry<GroupPartition, Committed>> order = List.copyOf(offsets.entrySet());
        List<OffsetToCommit> messages = order.stream()
                .map(entry -> GroupMessages.offset(entry.getKey(), entry.getValue()))
                .toList();
        UnaryCall.start(
                line(call.coordinator(), call.timeoutMs()),
                GroupsServiceGrpc.getCommitOffsetsMethod(),
                GroupMessages.commit(call.group(), author, messages),
                new Translated<CommitOffsetsResponse, Refusals>(
                        answer -> GroupMessages.refusals(
                                order.stream().map(Map.Entry::getKey).toList(), answer),
                        listener));
    }

    @Override
    public void fetchOffsets(Call call, Collection<GroupPartition> partitions, AnswerListener<Offsets> listener) {
        UnaryCall.start(
                line(call.coordinator(), call.timeoutMs()),
                GroupsServiceGrpc.getFetchOffsetsMethod(),
                FetchOffsetsRequest.newBuilder()
                        .setGroup(call.group())
                        .addAllPartitions(GroupMessages.grouped(partitions))
                        .build(),
                new Translated<FetchOffsetsResponse, Offsets>(
                        answer -> GroupMessages.offsets(partitions, answer), listener));
    }
}
