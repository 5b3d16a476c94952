package io.flotilla.broker.rpc;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.MoreExecutors;
import io.flotilla.broker.metadata.GrpcChannels;
import io.flotilla.model.call.CallContext;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.Endpoint;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.image.BrokerRegistration;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.image.PartitionState;
import io.flotilla.model.image.TopicImage;
import io.flotilla.model.time.Clock;
import io.flotilla.model.wire.Errors;
import io.flotilla.model.wire.Ids;
import io.flotilla.model.wire.StatusErrors;
import io.flotilla.proto.internal.v1.DigestReplicaRequest;
import io.flotilla.proto.internal.v1.DigestReplicaResponse;
import io.flotilla.proto.internal.v1.ReplicationServiceGrpc;
import io.flotilla.proto.v1.ReplicaDigest;
import io.flotilla.proto.v1.VerifyReplicasRequest;
import io.flotilla.proto.v1.VerifyReplicasResponse;
import io.grpc.ManagedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Has every replica of a partition digest its stored bytes over the range that all of them hold committed. A first
 * round finds the ranges, and where they agree it is the answer; else a second one digests what is common. Any thread.
 */
public final class ReplicaComparison {
    private static final long MS = 1_000_000L;
    /** For callers that name no deadline; digests read whole logs. */
    private static final long PATIENCE_MS = 300_000;

    private static final int WHOLE = -1;

    private final GrpcChannels channels;
    private final Supplier<MetadataImage> image;
    private final Clock clock;

    public ReplicaComparison(GrpcChannels channels, Supplier<MetadataImage> image, Clock clock) {
        this.channels = channels;
        this.image = image;
        this.clock = clock;
    }

    private record Answer(int brokerId, DigestReplicaResponse digest) {}

    /** Fails with UNKNOWN_TOPIC_OR_PARTITION; a replica that cannot be read has the reason in its digest. */
    CompletionStage<VerifyReplicasResponse> compare(VerifyReplicasRequest request, CallContext caller) {
        MetadataImage now = image.get();
        TopicImage topic = now.topics().named(request.getTopic()).orElse(null);
        if (topic == null) {
            return unknown("topic " + request.getTopic() + " does not exist");
        }
        List<Integer> partitions = request.getPartitionsCount() > 0
                ? request.getPartitionsList()
                : IntStream.range(0, topic.partitions().size()).boxed().toList();
        List<CompletableFuture<List<ReplicaDigest>>> comparisons = new ArrayList<>();
        for (int number : partitions) {
            PartitionState state = topic.partition(number).orElse(null);
            if (state == null) {
                return unknown("topic " + topic.name() + " has partitions 0 to "
                        + (topic.partitions().size() - 1) + ", not " + number);
            }
            comparisons.add(compare(new PartitionId(topic.id(), number), state, now, caller));
        }
        return all(comparisons).thenApply(found -> {
            VerifyReplicasResponse.Builder response = VerifyReplicasResponse.newBuilder();
            found.forEach(response::addAllDigests);
            return response.build();
        });
    }

    private CompletableFuture<List<ReplicaDigest>> compare(
            PartitionId partition, PartitionState state, MetadataImage now, CallContext caller) {
        Round round = new Round(partition, now, caller);
        return round.digest(state.replicaIds(), WHOLE, WHOLE)
                .thenCompose(first -> {
                    List<DigestReplicaResponse> read = first.stream()
                            .map(Answer::digest)
                            .filter(digest -> !digest.hasError())
                            .toList();
                    long start = read.stream()
                            .mapToLong(DigestReplicaResponse::getStartOffset)
                            .max()
                            .orElse(0);
                    long end = read.stream()
                            .mapToLong(DigestReplicaResponse::getEndOffset)
                            .min()
                            .orElse(0);
                    boolean agreed = read.stream()
                            .allMatch(digest -> digest.getStartOffset() == start && digest.getEndOffset() == end);
                    return agreed
                            ? CompletableFuture.completedFuture(first)
                            : round.digest(state.replicaIds(), start, Math.max(start, end));
                })
                .thenApply(answers ->
                        answers.stream().map(answer -> view(partition, answer)).toList());
    }

    /** Asks the replicas of one partition. */
    private final class Round {
        private final PartitionId partition;
        private final MetadataImage now;
        private final CallContext caller;

        Round(PartitionId partition, MetadataImage now, CallContext caller) {
            this.partition = partition;
            this.now = now;
            this.caller = caller;
        }

        CompletableFuture<List<Answer>> digest(List<Integer> brokers, long start, long end) {
            DigestReplicaRequest request = DigestReplicaRequest.newBuilder()
                    .setClusterId(now.clusterId())
                    .setTopicId(Ids.bytes(partition.topic()))
                    .setPartition(partition.partition())
                    .setStartOffset(start)
                    .setEndOffset(end)
                    .build();
            return all(brokers.stream().map(broker -> ask(broker, request)).toList());
        }

        private CompletableFuture<Answer> ask(int broker, DigestReplicaRequest request) {
            Endpoint endpoint = now.brokers()
                    .broker(broker)
                    .flatMap(known -> known.listener(BrokerRegistration.INTERNAL_LISTENER))
                    .orElse(null);
            if (endpoint == null) {
                return CompletableFuture.completedFuture(failed(
                        broker,
                        FlotillaError.notApplied(
                                ErrorCode.LEADER_NOT_AVAILABLE, "broker " + broker + " is not registered")));
            }
            ManagedChannel channel = channels.to(endpoint);
            CompletableFuture<Answer> answer = new CompletableFuture<>();
            Futures.addCallback(
                    ReplicationServiceGrpc.newFutureStub(channel)
                            .withDeadlineAfter(leftMs(), TimeUnit.MILLISECONDS)
                            .digestReplica(request),
                    new FutureCallback<>() {
                        @Override
                        public void onSuccess(@Nullable DigestReplicaResponse digest) {
                            answer.complete(new Answer(
                                    broker, digest == null ? DigestReplicaResponse.getDefaultInstance() : digest));
                        }

                        @Override
                        public void onFailure(Throwable failure) {
                            channels.failed(endpoint, channel, failure);
                            answer.complete(failed(broker, StatusErrors.ofFailure(failure)));
                        }
                    },
                    MoreExecutors.directExecutor());
            return answer;
        }

        private long leftMs() {
            return caller.deadlineNanos() == Long.MAX_VALUE
                    ? PATIENCE_MS
                    : Math.max(1, (caller.deadlineNanos() - clock.nanos()) / MS);
        }
    }

    private static Answer failed(int broker, FlotillaError error) {
        return new Answer(
                broker,
                DigestReplicaResponse.newBuilder()
                        .setError(Errors.toMessage(error))
                        .build());
    }

    private static ReplicaDigest view(PartitionId partition, Answer answer) {
        DigestReplicaResponse digest = answer.digest();
        ReplicaDigest.Builder view = ReplicaDigest.newBuilder()
                .setPartition(partition.partition())
                .setBrokerId(answer.brokerId())
                .setStartOffset(digest.getStartOffset())
                .setEndOffset(digest.getEndOffset())
                .setBatches(digest.getBatches())
                .setBytes(digest.getBytes())
                .setSha256(digest.getSha256());
        if (digest.hasError()) {
            view.setError(digest.getError());
        }
        return view.build();
    }

    private static <T> CompletionStage<T> unknown(String message) {
        return CompletableFuture.failedFuture(FlotillaError.notApplied(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, message)
                .exception());
    }

    private static <T> CompletableFuture<List<T>> all(List<CompletableFuture<T>> futures) {
        return CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new))
                .thenApply(done -> futures.stream().map(CompletableFuture::join).toList());
    }
}
