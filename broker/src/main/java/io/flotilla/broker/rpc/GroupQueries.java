package io.flotilla.broker.rpc;

import io.flotilla.broker.coordinator.OffsetsPartitions;
import io.flotilla.broker.metadata.GrpcChannels;
import io.flotilla.broker.partition.BrokerEndpoints;
import io.flotilla.model.call.CallContext;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.InternalTopics;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.image.PartitionState;
import io.flotilla.model.time.Clock;
import io.flotilla.model.wire.Errors;
import io.flotilla.model.wire.StatusErrors;
import io.flotilla.proto.internal.v1.CoordinateRequest;
import io.flotilla.proto.internal.v1.CoordinateResponse;
import io.flotilla.proto.internal.v1.CoordinationServiceGrpc;
import io.flotilla.proto.v1.DeleteGroupsRequest;
import io.flotilla.proto.v1.DeleteGroupsResponse;
import io.flotilla.proto.v1.DescribeGroupsRequest;
import io.flotilla.proto.v1.DescribeGroupsResponse;
import io.flotilla.proto.v1.GroupDescription;
import io.flotilla.proto.v1.GroupResult;
import io.flotilla.proto.v1.ListGroupsRequest;
import io.flotilla.proto.v1.ListGroupsResponse;
import io.flotilla.proto.v1.ResetOffsetsRequest;
import io.flotilla.proto.v1.ResetOffsetsResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;

/** Asks the coordinators of groups, wherever they are, what only they know. Any thread. */
public final class GroupQueries {
    private static final int GROUPS_MAX = 1_000;
    private static final long TIMEOUT_MS_MAX = 30_000;
    private static final long SOON_MS = 100;

    private final PeerCalls peers;
    private final Supplier<MetadataImage> image;
    private final OffsetsPartitions places;
    private final BrokerEndpoints endpoints;

    /** @param image the applied metadata */
    public GroupQueries(
            GrpcChannels channels,
            Supplier<MetadataImage> image,
            OffsetsPartitions places,
            BrokerEndpoints endpoints,
            Clock clock) {
        this.peers = new PeerCalls(channels, clock);
        this.image = image;
        this.places = places;
        this.endpoints = endpoints;
    }

    CompletableFuture<ListGroupsResponse> list(ListGroupsRequest request, CallContext caller) {
        ListGroupsResponse.Builder all = ListGroupsResponse.newBuilder();
        TreeSet<Integer> leaders = new TreeSet<>();
        places.topic().ifPresent(topic -> {
            for (int number = 0; number < topic.partitions().size(); number++) {
                PartitionState state = topic.partitions().get(number);
                if (state.hasLeader()) {
                    leaders.add(state.leader());
                } else {
                    all.addErrors(Errors.toMessage(noLeader(number)));
                }
            }
        });
        CoordinateRequest.Builder question = CoordinateRequest.newBuilder().setList(request);
        List<CompletableFuture<ListGroupsResponse>> parts = leaders.stream()
                .map(broker -> ask(broker, question, caller)
                        .thenApply(CoordinateResponse::getList)
                        .exceptionally(failure -> ListGroupsResponse.newBuilder()
                                .addErrors(Errors.toMessage(StatusErrors.ofFailure(FutureReply.cause(failure))))
                                .build()))
                .toList();
        return gathered(parts).thenApply(answers -> {
            answers.forEach(answer -> all.addAllGroups(answer.getGroupsList()).addAllErrors(answer.getErrorsList()));
            return all.build();
        });
    }

    CompletableFuture<DescribeGroupsResponse> describe(DescribeGroupsRequest request, CallContext caller) {
        checkCount(request.getGroupsCount());
        return byCoordinator(
                        request.getGroupsList(),
                        (broker, groups) -> ask(
                                        broker,
                                        CoordinateRequest.newBuilder()
                                                .setDescribe(DescribeGroupsRequest.newBuilder()
                                                        .addAllGroups(groups)),
                                        caller)
                                .thenApply(answer -> answer.getDescribe().getGroupsList().stream()
                                        .map(found -> found.toBuilder()
                                                .setCoordinatorId(broker)
                                                .setCoordinatorEndpoint(endpoints.clientEndpoint(broker))
                                                .build())
                                        .toList()),
                        LocalGroups::failed,
                        GroupDescription::getGroup)
                .thenApply(all ->
                        DescribeGroupsResponse.newBuilder().addAllGroups(all).build());
    }

    CompletableFuture<DeleteGroupsResponse> delete(DeleteGroupsRequest request, CallContext caller) {
        checkCount(request.getGroupsCount());
        return byCoordinator(
                        request.getGroupsList(),
                        (broker, groups) -> ask(
                                        broker,
                                        CoordinateRequest.newBuilder()
                                                .setDelete(DeleteGroupsRequest.newBuilder()
                                                        .addAllGroups(groups)),
                                        caller)
                                .thenApply(answer -> answer.getDelete().getResultsList()),
                        LocalGroups::result,
                        GroupResult::getGroup)
                .thenApply(all ->
                        DeleteGroupsResponse.newBuilder().addAllResults(all).build());
    }

    CompletableFuture<ResetOffsetsResponse> reset(ResetOffsetsRequest request, CallContext caller) {
        OffsetsPartitions.Place place = places.placeOf(request.getGroup()).orElse(null);
        if (place == null || !place.state().hasLeader()) {
            return CompletableFuture.failedFuture(
                    places.notCoordinator(request.getGroup()).exception());
        }
        return ask(place.state().leader(), CoordinateRequest.newBuilder().setReset(request), caller)
                .thenApply(CoordinateResponse::getReset);
    }

    // ---- the way to the coordinators -----------------------------------------------------------------------------

    /** Asks the coordinator of each group about all of its groups at once; results in the order of the request. */
    private <R> CompletableFuture<List<R>> byCoordinator(
            List<String> groups,
            BiFunction<Integer, List<String>, CompletableFuture<List<R>>> question,
            BiFunction<String, FlotillaError, R> failed,
            Function<R, String> name) {
        Map<Integer, List<String>> asked = new TreeMap<>();
        Map<String, R> results = new LinkedHashMap<>();
        for (String group : new TreeSet<>(groups)) {
            OffsetsPartitions.Place place = places.placeOf(group).orElse(null);
            if (place == null) {
                results.put(group, failed.apply(group, notFound(group)));
            } else if (!place.state().hasLeader()) {
                results.put(group, failed.apply(group, places.notCoordinator(group)));
            } else {
                asked.computeIfAbsent(place.state().leader(), any -> new ArrayList<>())
                        .add(group);
            }
        }
        List<CompletableFuture<List<R>>> parts = new ArrayList<>();
        asked.forEach((broker, names) -> parts.add(question.apply(broker, names).exceptionally(failure -> {
            FlotillaError error = StatusErrors.ofFailure(FutureReply.cause(failure));
            return names.stream().map(group -> failed.apply(group, error)).toList();
        })));
        return gathered(parts).thenApply(answers -> {
            answers.forEach(answer -> answer.forEach(result -> results.put(name.apply(result), result)));
            return groups.stream()
                    .map(group -> results.computeIfAbsent(group, missing -> failed.apply(missing, unanswered())))
                    .toList();
        });
    }

    private CompletableFuture<CoordinateResponse> ask(
            int broker, CoordinateRequest.Builder question, CallContext caller) {
        MetadataImage now = image.get();
        CoordinateRequest request = question.setClusterId(now.clusterId()).build();
        long timeoutMs = Math.min(TIMEOUT_MS_MAX, peers.leftMs(caller));
        return peers.askOn(
                broker,
                now,
                channel -> CoordinationServiceGrpc.newFutureStub(channel)
                        .withDeadlineAfter(timeoutMs, TimeUnit.MILLISECONDS)
                        .coordinate(request));
    }

    private static <T> CompletableFuture<List<T>> gathered(List<CompletableFuture<T>> parts) {
        return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new))
                .thenApply(done -> parts.stream().map(CompletableFuture::join).toList());
    }

    static void checkCount(int groups) {
        if (groups < 1 || groups > GROUPS_MAX) {
            throw GroupFields.invalid(groups + " groups in one call; send 1 to " + GROUPS_MAX);
        }
    }

    private static FlotillaError noLeader(int partition) {
        return FlotillaError.notApplied(
                        ErrorCode.COORDINATOR_NOT_AVAILABLE,
                        "partition " + partition + " of topic " + InternalTopics.CONSUMER_OFFSETS
                                + " has no leader at the moment; its groups are missing")
                .withRetryAfterMs(SOON_MS);
    }

    private static FlotillaError notFound(String group) {
        return FlotillaError.notApplied(ErrorCode.GROUP_ID_NOT_FOUND, "there is no group '" + group + "'");
    }

    private static FlotillaError unanswered() {
        return FlotillaError.unknown(
                ErrorCode.UNKNOWN_SERVER_ERROR, "the coordinator left the group out of its answer");
    }
}
