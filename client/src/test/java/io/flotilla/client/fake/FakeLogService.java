package io.flotilla.client.fake;

import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.wire.Errors;
import io.flotilla.proto.v1.Acks;
import io.flotilla.proto.v1.Durability;
import io.flotilla.proto.v1.EpochQuery;
import io.flotilla.proto.v1.EpochResult;
import io.flotilla.proto.v1.FetchRequest;
import io.flotilla.proto.v1.FetchResponse;
import io.flotilla.proto.v1.InitProducerRequest;
import io.flotilla.proto.v1.InitProducerResponse;
import io.flotilla.proto.v1.ListOffsetsQuery;
import io.flotilla.proto.v1.ListOffsetsRequest;
import io.flotilla.proto.v1.ListOffsetsResponse;
import io.flotilla.proto.v1.ListOffsetsResult;
import io.flotilla.proto.v1.LogServiceGrpc;
import io.flotilla.proto.v1.OffsetsForLeaderEpochRequest;
import io.flotilla.proto.v1.OffsetsForLeaderEpochResponse;
import io.flotilla.proto.v1.ProduceRequest;
import io.flotilla.proto.v1.ProduceResponse;
import io.flotilla.proto.v1.RecordBatch;
import io.flotilla.proto.v1.TopicRef;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import org.jspecify.annotations.Nullable;

/** Produce and fetch on the generated base class, so that the client meets stock messages. */
final class FakeLogService extends LogServiceGrpc.LogServiceImplBase {
    private final FakeCluster cluster;
    private final int broker;

    FakeLogService(FakeCluster cluster, int broker) {
        this.cluster = cluster;
        this.broker = broker;
    }

    @Override
    public void initProducer(InitProducerRequest request, StreamObserver<InitProducerResponse> answers) {
        answers.onNext(InitProducerResponse.newBuilder()
                .setProducerId(cluster.allocateProducerId())
                .build());
        answers.onCompleted();
    }

    @Override
    public StreamObserver<ProduceRequest> produce(StreamObserver<ProduceResponse> answers) {
        forgiveAnswersToTheDead(answers);
        return new ProduceStream(answers);
    }

    /** With a cancel handler, an answer to a client that has gone is dropped instead of thrown back. */
    private static void forgiveAnswersToTheDead(StreamObserver<?> answers) {
        ((ServerCallStreamObserver<?>) answers).setOnCancelHandler(() -> {});
    }

    /** One client's stream. A broken one ignores what still arrives, as a closed socket does. */
    private final class ProduceStream implements StreamObserver<ProduceRequest> {
        private final StreamObserver<ProduceResponse> answers;
        private boolean broken;

        ProduceStream(StreamObserver<ProduceResponse> answers) {
            this.answers = answers;
        }

        @Override
        public void onNext(ProduceRequest request) {
            synchronized (cluster) {
                if (!broken) {
                    serve(request);
                }
            }
        }

        private void serve(ProduceRequest request) {
            FakePartition partition = partition(request.getTopic(), request.getPartition());
            Fault fault = partition == null ? null : partition.faults.poll();
            if (fault instanceof Fault.MoveLeader) {
                cluster.moveLeaderSilently(
                        request.getTopic().getName().isEmpty()
                                ? name(request.getTopic())
                                : request.getTopic().getName(),
                        request.getPartition(),
                        cluster.otherThan(broker));
            } else if (fault instanceof Fault.DropBefore) {
                drop();
                return;
            } else if (fault instanceof Fault.Swallow) {
                return;
            } else if (fault instanceof Fault.Refuse refusal) {
                answer(request, FlotillaError.notApplied(refusal.code(), "refused on request"));
                return;
            }
            int epoch = request.hasLeaderEpoch() ? request.getLeaderEpoch() : -1;
            FlotillaError refusal = cluster.refusal(partition, broker, epoch);
            if (partition == null || refusal != null) {
                answer(request, refusal);
                return;
            }
            append(request, partition, fault);
        }

        private void append(ProduceRequest request, FakePartition partition, @Nullable Fault fault) {
            FakePartition.Appended appended = null;
            for (RecordBatch batch : request.getBatchesList()) {
                appended = partition.append(batch);
            }
            cluster.somethingChanged();
            if (fault instanceof Fault.DropAfter) {
                drop();
            } else if (fault instanceof Fault.AppendThenFail failure) {
                answer(request, FlotillaError.unknown(failure.code(), "failed on request after the append"));
            } else if (appended != null && appended.error() != null) {
                answer(request, appended.error());
            } else if (appended != null && request.getAcks() != Acks.ACKS_NONE) {
                answers.onNext(ProduceResponse.newBuilder()
                        .setCorrelationId(request.getCorrelationId())
                        .setBaseOffset(appended.baseOffset())
                        .setLastOffset(appended.lastOffset())
                        .setLeaderEpoch(partition.leaderEpoch())
                        .setAppendTimeMs(77)
                        .setDurability(Durability.DURABILITY_SYNCED)
                        .setDuplicate(appended.duplicate())
                        .build());
            }
        }

        private void answer(ProduceRequest request, @Nullable FlotillaError error) {
            if (error != null && request.getAcks() != Acks.ACKS_NONE) {
                answers.onNext(ProduceResponse.newBuilder()
                        .setCorrelationId(request.getCorrelationId())
                        .setError(Errors.toMessage(error))
                        .build());
            }
        }

        private void drop() {
            broken = true;
            answers.onError(
                    Status.UNAVAILABLE.withDescription("dropped on request").asRuntimeException());
        }

        @Override
        public void onError(Throwable failure) {
            broken = true;
        }

        @Override
        public void onCompleted() {
            if (!broken) {
                answers.onCompleted();
            }
        }
    }

    private String name(TopicRef ref) {
        FakeCluster.FakeTopic topic = cluster.find(ref);
        return topic == null ? "" : topic.name();
    }

    private @Nullable FakePartition partition(TopicRef ref, int number) {
        FakeCluster.FakeTopic topic = cluster.find(ref);
        return topic == null || number >= topic.partitions().size()
                ? null
                : topic.partitions().get(number);
    }

    @Override
    public StreamObserver<FetchRequest> fetch(StreamObserver<FetchResponse> answers) {
        forgiveAnswersToTheDead(answers);
        return new StreamObserver<>() {
            @Override
            public void onNext(FetchRequest request) {
                synchronized (cluster) {
                    cluster.whenReadable(over -> read(request, answers, over), request.getMaxWaitMs());
                }
            }

            @Override
            public void onError(Throwable failure) {
                // The stream is gone; parked reads answer nobody.
            }

            @Override
            public void onCompleted() {
                answers.onCompleted();
            }
        };
    }

    /** Answers a fetch when it can or its time is over; false when there is nothing to read yet. */
    private boolean read(FetchRequest request, StreamObserver<FetchResponse> answers, boolean over) {
        FetchResponse.Builder answer = FetchResponse.newBuilder().setCorrelationId(request.getCorrelationId());
        FakePartition partition = partition(request.getTopic(), request.getPartition());
        int epoch = request.hasLeaderEpoch() ? request.getLeaderEpoch() : -1;
        FlotillaError refusal = cluster.refusal(partition, broker, epoch);
        if (partition != null && refusal == null && outOfRange(partition, request.getOffset())) {
            refusal = FlotillaError.notApplied(
                    ErrorCode.OFFSET_OUT_OF_RANGE,
                    "offset " + request.getOffset() + " is not in " + partition.logStart() + ".." + partition.logEnd());
        }
        if (partition == null || refusal != null) {
            answer.setError(Errors.toMessage(refusal == null ? unknown() : refusal));
            return send(answers, answer);
        }
        if (request.getOffset() >= partition.logEnd() && !over) {
            return false;
        }
        long bytes = 0;
        int bytesMax = request.getMaxBytes() == 0 ? 1 << 20 : request.getMaxBytes();
        for (RecordBatch batch : partition.log()) {
            boolean wanted = batch.getBaseOffset() + batch.getLastOffsetDelta() >= request.getOffset();
            if (wanted && (bytes == 0 || bytes + batch.getSerializedSize() <= bytesMax)) {
                bytes += batch.getSerializedSize();
                answer.addBatches(StoredBatch.withHeaderCrc(batch));
            } else if (wanted) {
                break;
            }
        }
        answer.setHighWatermark(partition.logEnd())
                .setLastStableOffset(partition.logEnd())
                .setLogStartOffset(partition.logStart())
                .setLeaderEpoch(partition.leaderEpoch());
        return send(answers, answer);
    }

    private static boolean send(StreamObserver<FetchResponse> answers, FetchResponse.Builder answer) {
        answers.onNext(answer.build());
        return true;
    }

    private static boolean outOfRange(FakePartition partition, long offset) {
        return offset < partition.logStart() || offset > partition.logEnd();
    }

    private static FlotillaError unknown() {
        return FlotillaError.notApplied(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "no such topic or partition");
    }

    @Override
    public void listOffsets(ListOffsetsRequest request, StreamObserver<ListOffsetsResponse> answers) {
        synchronized (cluster) {
            ListOffsetsResponse.Builder answer = ListOffsetsResponse.newBuilder();
            request.getQueriesList().forEach(query -> answer.addResults(find(query)));
            answers.onNext(answer.build());
            answers.onCompleted();
        }
    }

    private ListOffsetsResult find(ListOffsetsQuery query) {
        FakePartition partition = partition(query.getTopic(), query.getPartition());
        int epoch = query.hasLeaderEpoch() ? query.getLeaderEpoch() : -1;
        FlotillaError refusal = cluster.refusal(partition, broker, epoch);
        if (partition == null || refusal != null) {
            return ListOffsetsResult.newBuilder()
                    .setError(Errors.toMessage(refusal == null ? unknown() : refusal))
                    .build();
        }
        ListOffsetsResult.Builder found = ListOffsetsResult.newBuilder()
                .setLeaderEpoch(partition.leaderEpoch())
                .setTimestampMs(-1);
        switch (query.getSpec()) {
            case OFFSET_SPEC_EARLIEST -> found.setOffset(partition.logStart());
            case OFFSET_SPEC_LATEST -> found.setOffset(partition.logEnd());
            default -> {
                found.setOffset(-1);
                partition.log().stream()
                        .filter(batch -> batch.getMaxTimestampMs() >= query.getTimestampMs())
                        .findFirst()
                        .ifPresent(batch ->
                                found.setOffset(batch.getBaseOffset()).setTimestampMs(batch.getMaxTimestampMs()));
            }
        }
        return found.build();
    }

    @Override
    public void offsetsForLeaderEpoch(
            OffsetsForLeaderEpochRequest request, StreamObserver<OffsetsForLeaderEpochResponse> answers) {
        synchronized (cluster) {
            OffsetsForLeaderEpochResponse.Builder answer = OffsetsForLeaderEpochResponse.newBuilder();
            request.getQueriesList().forEach(query -> answer.addResults(end(query)));
            answers.onNext(answer.build());
            answers.onCompleted();
        }
    }

    private EpochResult end(EpochQuery query) {
        FakePartition partition = partition(query.getTopic(), query.getPartition());
        int epoch = query.hasLeaderEpoch() ? query.getLeaderEpoch() : -1;
        FlotillaError refusal = cluster.refusal(partition, broker, epoch);
        if (partition == null || refusal != null) {
            return EpochResult.newBuilder()
                    .setError(Errors.toMessage(refusal == null ? unknown() : refusal))
                    .build();
        }
        long[] end = partition.endOfEpoch(query.getAskedEpoch());
        return EpochResult.newBuilder()
                .setEpoch((int) end[0])
                .setEndOffset(end[1])
                .build();
    }
}
