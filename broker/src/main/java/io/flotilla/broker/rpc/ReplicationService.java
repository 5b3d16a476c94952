package io.flotilla.broker.rpc;

import io.flotilla.broker.metadata.DirectoryState;
import io.flotilla.broker.partition.DeletionQuestion;
import io.flotilla.broker.partition.DigestRange;
import io.flotilla.broker.partition.Reply;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.error.FlotillaException;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.wire.Ids;
import io.flotilla.proto.internal.v1.DigestReplicaRequest;
import io.flotilla.proto.internal.v1.DigestReplicaResponse;
import io.flotilla.proto.internal.v1.FetchReplicaRequest;
import io.flotilla.proto.internal.v1.ListLogDirsRequest;
import io.flotilla.proto.internal.v1.ListLogDirsResponse;
import io.flotilla.proto.internal.v1.ReplicationServiceGrpc;
import io.flotilla.proto.internal.v1.TrimReplicaRequest;
import io.flotilla.proto.internal.v1.TrimReplicaResponse;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * What brokers ask of each other about replicas; for the internal listener only. Safe for any thread, made for
 * directExecutor. Holds nothing to close.
 */
public final class ReplicationService {
    private final DataPath path;
    private final ReplicaAdmission admission;
    private final ReplicaStreams streams;
    private final LogFolders folders;

    /**
     * What the disks are asked for.
     *
     * @param directories how the log directories are; blocks
     * @param image the applied metadata
     * @param disk runs what blocks: digests read whole logs; the wiring's
     */
    public record LogFolders(
            Supplier<List<DirectoryState>> directories, Supplier<MetadataImage> image, Executor disk) {}

    public ReplicationService(DataPath path, ReplicaAdmission admission, ReplicaStreams streams, LogFolders folders) {
        this.path = path;
        this.admission = admission;
        this.streams = streams;
        this.folders = folders;
    }

    /** The service for a server builder. */
    public ServerServiceDefinition definition() {
        ServiceDescriptor generated = ReplicationServiceGrpc.getServiceDescriptor();
        ServiceDescriptor descriptor = ServiceDescriptor.newBuilder(generated.getName())
                .setSchemaDescriptor(generated.getSchemaDescriptor())
                .addMethod(HotMethods.FETCH_REPLICA)
                .addMethod(ReplicationServiceGrpc.getDigestReplicaMethod())
                .addMethod(ReplicationServiceGrpc.getTrimReplicaMethod())
                .addMethod(ReplicationServiceGrpc.getListLogDirsMethod())
                .build();
        return ServerServiceDefinition.builder(descriptor)
                .addMethod(HotMethods.FETCH_REPLICA, this::fetchReplica)
                .addMethod(
                        ReplicationServiceGrpc.getDigestReplicaMethod(),
                        ServerCalls.asyncUnaryCall(this::digestReplica))
                .addMethod(ReplicationServiceGrpc.getTrimReplicaMethod(), ServerCalls.asyncUnaryCall(this::trimReplica))
                .addMethod(ReplicationServiceGrpc.getListLogDirsMethod(), ServerCalls.asyncUnaryCall(this::listLogDirs))
                .build();
    }

    private ServerCall.Listener<FetchReplicaRequest> fetchReplica(
            ServerCall<FetchReplicaRequest, BatchesAnswer> call, Metadata headers) {
        call.setOnReadyThreshold(LogService.BATCHES_READY_BYTES);
        call.sendHeaders(new Metadata());
        call.request(1);
        return new ReplicaStream(call, path, streams);
    }

    private void digestReplica(DigestReplicaRequest request, StreamObserver<DigestReplicaResponse> reply) {
        try {
            admission.checkCluster(request.getClusterId());
            PartitionId id = new PartitionId(Ids.topic(request.getTopicId()), request.getPartition());
            path.partitions()
                    .find(id)
                    .digestRange(request.getStartOffset(), request.getEndOffset(), new DigestReply(reply));
        } catch (FlotillaException e) {
            UnaryReply.fail(reply, e);
        } catch (IllegalArgumentException e) {
            UnaryReply.fail(
                    reply,
                    FlotillaError.notApplied(ErrorCode.INVALID_REQUEST, String.valueOf(e.getMessage()))
                            .exception());
        }
    }

    private void trimReplica(TrimReplicaRequest request, StreamObserver<TrimReplicaResponse> reply) {
        try {
            admission.checkCluster(request.getClusterId());
            PartitionId id = new PartitionId(Ids.topic(request.getTopicId()), request.getPartition());
            long deadlineNanos = path.clock().nanos() + TimeUnit.MILLISECONDS.toNanos(request.getTimeoutMs());
            path.partitions()
                    .find(id)
                    .deleteRecords(new DeletionQuestion(request.getOffset(), deadlineNanos), new TrimReply(reply));
        } catch (FlotillaException e) {
            UnaryReply.fail(reply, e);
        } catch (IllegalArgumentException e) {
            UnaryReply.fail(
                    reply,
                    FlotillaError.notApplied(ErrorCode.INVALID_REQUEST, String.valueOf(e.getMessage()))
                            .exception());
        }
    }

    /** Tells where the log starts now. */
    private record TrimReply(StreamObserver<TrimReplicaResponse> reply) implements Reply<Long> {
        @Override
        public void answer(Long lowWatermark) {
            UnaryReply.complete(
                    reply,
                    TrimReplicaResponse.newBuilder()
                            .setLowWatermark(lowWatermark)
                            .build());
        }

        @Override
        public void refuse(FlotillaError error) {
            UnaryReply.fail(reply, error.exception());
        }
    }

    private void listLogDirs(ListLogDirsRequest request, StreamObserver<ListLogDirsResponse> reply) {
        try {
            admission.checkCluster(request.getClusterId());
            folders.disk().execute(() -> {
                MetadataImage image = folders.image().get();
                UnaryReply.complete(
                        reply,
                        ListLogDirsResponse.newBuilder()
                                .addAllDirs(folders.directories().get().stream()
                                        .map(state -> LogDirFields.of(state, image, request.getTopicsList()))
                                        .toList())
                                .build());
            });
        } catch (FlotillaException e) {
            UnaryReply.fail(reply, e);
        } catch (RejectedExecutionException e) {
            UnaryReply.fail(reply, shutsDown().exception());
        }
    }

    private static FlotillaError shutsDown() {
        return FlotillaError.notApplied(ErrorCode.LEADER_NOT_AVAILABLE, "the broker shuts down");
    }

    /** Digests the range that the partition names, on the executor for that. */
    private final class DigestReply implements Reply<DigestRange> {
        private final StreamObserver<DigestReplicaResponse> reply;

        DigestReply(StreamObserver<DigestReplicaResponse> reply) {
            this.reply = reply;
        }

        @Override
        public void answer(DigestRange range) {
            try {
                folders.disk().execute(() -> digest(range));
            } catch (RejectedExecutionException e) {
                refuse(shutsDown());
            }
        }

        @Override
        public void refuse(FlotillaError error) {
            UnaryReply.fail(reply, error.exception());
        }

        private void digest(DigestRange range) {
            DigestReplicaResponse answer;
            try {
                answer = ReplicaDigest.of(range);
            } catch (FlotillaException e) {
                refuse(e.error());
                return;
            }
            UnaryReply.complete(reply, answer);
        }
    }
}
