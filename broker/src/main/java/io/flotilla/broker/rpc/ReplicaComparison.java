package io.flotilla.broker.rpc;

import io.flotilla.broker.metadata.GrpcChannels;
import io.flotilla.model.call.CallContext;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.image.PartitionState;
import io.flotilla.model.image.TopicImage;
import io.flotilla.model.time.Clock;
import io.flotilla.model.wire.Errors;
import io.flotilla.model.wire.Ids;
import io.flotilla.model.wire.StatusErrors;
import io.flotilla.proto.internal.v1.DigestReplicaRequest;
import io.flotilla.proto.internal.v1.DigestReplicaResponse;
import io.flotilla.proto.v1.ReplicaDigest;
import io.flotilla.proto.v1.VerifyReplicasRequest;
import io.flotilla.proto.v1.VerifyReplicasResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Has every replica of a partition digest its stored bytes over the range that all of them hold committed. A first
 * round finds the ranges, and where they agree it is the answer; else a second one digests what is common. Any thread.
 */
public final class ReplicaComparison {
    private static final int WHOLE = -1;

    private final PeerCalls peers;
    private final Supplier<MetadataImage> image;

    public ReplicaComparison(GrpcChannels channels, Supplier<MetadataImage> image, Clock clock) {
        this.peers = new PeerCalls(channels, clock);
        this.image = image;
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
            return peers.ask(broker, now, peers.leftMs(caller), stub -> stub.digestReplica(request))
                    .handle((digest, failure) -> failure == null
                            ? new Answer(broker, digest)
                            : failed(broker, StatusErrors.ofFailure(failure)));
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
