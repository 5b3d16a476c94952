package io.flotilla.broker.rpc;

import io.flotilla.broker.metadata.GrpcChannels;
import io.flotilla.model.call.CallContext;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.InternalTopics;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.image.PartitionState;
import io.flotilla.model.image.TopicImage;
import io.flotilla.model.time.Clock;
import io.flotilla.model.wire.Errors;
import io.flotilla.model.wire.Ids;
import io.flotilla.model.wire.StatusErrors;
import io.flotilla.proto.internal.v1.TrimReplicaRequest;
import io.flotilla.proto.v1.DeleteRecordsRequest;
import io.flotilla.proto.v1.DeleteRecordsResponse;
import io.flotilla.proto.v1.DeleteRecordsResult;
import io.flotilla.proto.v1.RecordsToDelete;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Has the leader of each partition give records up, wherever it is. Any thread. */
public final class RecordDeletion {
    private static final int PARTITIONS_MAX = 10_000;
    private static final long TIMEOUT_MS_MAX = 30_000;
    /** What the way there and back may take, so that the leader itself can say that time is up. */
    private static final long WAY_MS = 1_000;

    private static final long MS = 1_000_000L;

    private final PeerCalls peers;
    private final Supplier<MetadataImage> image;
    private final Clock clock;

    public RecordDeletion(GrpcChannels channels, Supplier<MetadataImage> image, Clock clock) {
        this.peers = new PeerCalls(channels, clock);
        this.image = image;
        this.clock = clock;
    }

    /** What fails for one partition is in its result. */
    CompletionStage<DeleteRecordsResponse> delete(DeleteRecordsRequest request, CallContext caller) {
        int count = request.getPartitionsCount();
        if (count < 1 || count > PARTITIONS_MAX) {
            return CompletableFuture.failedFuture(FlotillaError.notApplied(
                            ErrorCode.INVALID_REQUEST, count + " partitions in one call; send 1 to " + PARTITIONS_MAX)
                    .exception());
        }
        MetadataImage now = image.get();
        long timeoutMs = timeoutMs(request, caller);
        List<CompletableFuture<DeleteRecordsResult>> results = request.getPartitionsList().stream()
                .map(wish -> delete(wish, now, timeoutMs))
                .toList();
        return CompletableFuture.allOf(results.toArray(CompletableFuture[]::new))
                .thenApply(done -> {
                    DeleteRecordsResponse.Builder response = DeleteRecordsResponse.newBuilder();
                    results.forEach(result -> response.addResults(result.join()));
                    return response.build();
                });
    }

    private long timeoutMs(DeleteRecordsRequest request, CallContext caller) {
        long asked = request.getTimeoutMs() > 0 ? request.getTimeoutMs() : TIMEOUT_MS_MAX;
        long left = caller.deadlineNanos() == Long.MAX_VALUE
                ? TIMEOUT_MS_MAX
                : (caller.deadlineNanos() - clock.nanos()) / MS - 2 * WAY_MS;
        return Math.max(1, Math.min(Math.min(asked, left), TIMEOUT_MS_MAX));
    }

    private CompletableFuture<DeleteRecordsResult> delete(RecordsToDelete wish, MetadataImage now, long timeoutMs) {
        TopicImage topic = now.topics().named(wish.getTopic()).orElse(null);
        if (topic == null) {
            return refused(wish, unknown("topic " + wish.getTopic() + " does not exist"));
        }
        if (InternalTopics.contains(topic.name())) {
            return refused(
                    wish,
                    FlotillaError.notApplied(
                            ErrorCode.POLICY_VIOLATION,
                            "topic " + topic.name() + " is the cluster's own; its records are not deleted by hand"));
        }
        PartitionState state = topic.partition(wish.getPartition()).orElse(null);
        if (state == null) {
            return refused(
                    wish,
                    unknown("topic " + topic.name() + " has partitions 0 to "
                            + (topic.partitions().size() - 1) + ", not " + wish.getPartition()));
        }
        if (!state.hasLeader()) {
            return refused(
                    wish,
                    FlotillaError.notApplied(
                            ErrorCode.LEADER_NOT_AVAILABLE,
                            "partition " + wish.getPartition() + " of topic " + topic.name()
                                    + " has no leader at the moment"));
        }
        PartitionId id = new PartitionId(topic.id(), wish.getPartition());
        TrimReplicaRequest trim = trim(wish, id, now, timeoutMs);
        return peers.ask(state.leader(), now, timeoutMs + WAY_MS, stub -> stub.trimReplica(trim))
                .handle((answer, failure) -> failure == null
                        ? result(wish).setLowWatermark(answer.getLowWatermark()).build()
                        : failed(wish, StatusErrors.ofFailure(failure)));
    }

    private static TrimReplicaRequest trim(RecordsToDelete wish, PartitionId id, MetadataImage now, long timeoutMs) {
        return TrimReplicaRequest.newBuilder()
                .setClusterId(now.clusterId())
                .setTopicId(Ids.bytes(id.topic()))
                .setPartition(id.partition())
                .setOffset(wish.getOffset())
                .setTimeoutMs((int) timeoutMs)
                .build();
    }

    private static FlotillaError unknown(String message) {
        return FlotillaError.notApplied(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, message);
    }

    private static CompletableFuture<DeleteRecordsResult> refused(RecordsToDelete wish, FlotillaError error) {
        return CompletableFuture.completedFuture(failed(wish, error));
    }

    private static DeleteRecordsResult failed(RecordsToDelete wish, FlotillaError error) {
        return result(wish)
                .setLowWatermark(-1)
                .setError(Errors.toMessage(error))
                .build();
    }

    private static DeleteRecordsResult.Builder result(RecordsToDelete wish) {
        return DeleteRecordsResult.newBuilder().setTopic(wish.getTopic()).setPartition(wish.getPartition());
    }
}
