package io.flotilla.broker.rpc;

import io.flotilla.broker.log.CorruptLogException;
import io.flotilla.broker.log.LogTruncatedException;
import io.flotilla.broker.partition.EpochAnswer;
import io.flotilla.broker.partition.EpochQuestion;
import io.flotilla.broker.partition.OffsetAnswer;
import io.flotilla.broker.partition.OffsetQuestion;
import io.flotilla.broker.partition.OffsetSearch;
import io.flotilla.broker.partition.OffsetSpec;
import io.flotilla.broker.partition.Partition;
import io.flotilla.broker.partition.Reply;
import io.flotilla.model.disk.DiskException;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.error.FlotillaException;
import io.flotilla.model.wire.Errors;
import io.flotilla.proto.v1.EpochQuery;
import io.flotilla.proto.v1.EpochResult;
import io.flotilla.proto.v1.ListOffsetsQuery;
import io.flotilla.proto.v1.ListOffsetsRequest;
import io.flotilla.proto.v1.ListOffsetsResponse;
import io.flotilla.proto.v1.ListOffsetsResult;
import io.flotilla.proto.v1.OffsetsForLeaderEpochRequest;
import io.flotilla.proto.v1.OffsetsForLeaderEpochResponse;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/** Answers unary questions about offsets; each query of a call succeeds or fails by itself. Safe for any thread. */
final class OffsetQueries {
    private static final int QUERIES_MAX = 10_000;
    /** How long the end of a log may take to be confirmed when the caller names no deadline. */
    private static final long WAIT_NANOS = 5_000_000_000L;

    private final DataPath path;

    OffsetQueries(DataPath path) {
        this.path = path;
    }

    void listOffsets(ListOffsetsRequest request, StreamObserver<ListOffsetsResponse> reply) {
        if (refusesCount(request.getQueriesCount(), reply)) {
            return;
        }
        Gather<ListOffsetsResult> results = new Gather<>(
                request.getQueriesCount(),
                all -> UnaryReply.complete(
                        reply,
                        ListOffsetsResponse.newBuilder().addAllResults(all).build()));
        long deadlineNanos = deadlineNanos();
        for (int i = 0; i < request.getQueriesCount(); i++) {
            int index = i;
            find(request.getQueries(i), deadlineNanos, result -> results.put(index, result));
        }
    }

    void offsetsForLeaderEpoch(
            OffsetsForLeaderEpochRequest request, StreamObserver<OffsetsForLeaderEpochResponse> reply) {
        if (refusesCount(request.getQueriesCount(), reply)) {
            return;
        }
        Gather<EpochResult> results = new Gather<>(
                request.getQueriesCount(),
                all -> UnaryReply.complete(
                        reply,
                        OffsetsForLeaderEpochResponse.newBuilder()
                                .addAllResults(all)
                                .build()));
        long deadlineNanos = deadlineNanos();
        for (int i = 0; i < request.getQueriesCount(); i++) {
            int index = i;
            findEpochEnd(request.getQueries(i), deadlineNanos, result -> results.put(index, result));
        }
    }

    private void find(ListOffsetsQuery query, long deadlineNanos, Consumer<ListOffsetsResult> result) {
        To<OffsetSearch> reply = new To<>(search -> search(search, result), error -> result.accept(notFound(error)));
        try {
            OffsetQuestion question = new OffsetQuestion(
                    query.hasLeaderEpoch() ? query.getLeaderEpoch() : Partition.ANY_EPOCH,
                    spec(query),
                    query.getTimestampMs(),
                    deadlineNanos);
            path.partitions()
                    .find(TopicReference.of(query.getTopic()), query.getPartition())
                    .findOffset(question, reply);
        } catch (FlotillaException e) {
            reply.refuse(e.error());
        }
    }

    /** Looks on a reader: an offset by time may need the disk. */
    private void search(OffsetSearch search, Consumer<ListOffsetsResult> result) {
        Runnable look = () -> {
            OffsetAnswer found;
            try {
                found = search.run();
            } catch (LogTruncatedException | CorruptLogException | DiskException e) {
                result.accept(notFound(FlotillaError.notApplied(
                        ErrorCode.KAFKA_STORAGE_ERROR, "the log could not be searched: " + e.getMessage())));
                return;
            }
            result.accept(ListOffsetsResult.newBuilder()
                    .setOffset(found.offset())
                    .setTimestampMs(found.timestampMs())
                    .setLeaderEpoch(found.leaderEpoch())
                    .build());
        };
        try {
            path.readers().execute(look);
        } catch (RejectedExecutionException e) {
            result.accept(notFound(FlotillaError.notApplied(ErrorCode.LEADER_NOT_AVAILABLE, "the broker shuts down")));
        }
    }

    private static ListOffsetsResult notFound(FlotillaError error) {
        return ListOffsetsResult.newBuilder()
                .setOffset(-1)
                .setTimestampMs(-1)
                .setError(Errors.toMessage(error))
                .build();
    }

    private void findEpochEnd(EpochQuery query, long deadlineNanos, Consumer<EpochResult> result) {
        To<EpochAnswer> reply = new To<>(
                answer -> result.accept(EpochFields.result(answer.end())),
                error -> result.accept(EpochResult.newBuilder()
                        .setEpoch(-1)
                        .setEndOffset(-1)
                        .setError(Errors.toMessage(error))
                        .build()));
        try {
            EpochQuestion question = new EpochQuestion(
                    query.hasLeaderEpoch() ? query.getLeaderEpoch() : Partition.ANY_EPOCH,
                    query.getAskedEpoch(),
                    deadlineNanos);
            path.partitions()
                    .find(TopicReference.of(query.getTopic()), query.getPartition())
                    .findEpochEnd(question, reply);
        } catch (FlotillaException e) {
            reply.refuse(e.error());
        }
    }

    private static OffsetSpec spec(ListOffsetsQuery query) {
        return switch (query.getSpec()) {
            case OFFSET_SPEC_EARLIEST -> OffsetSpec.EARLIEST;
            case OFFSET_SPEC_LATEST -> OffsetSpec.LATEST;
            case OFFSET_SPEC_TIMESTAMP -> OffsetSpec.TIMESTAMP;
            case OFFSET_SPEC_MAX_TIMESTAMP -> OffsetSpec.MAX_TIMESTAMP;
            case OFFSET_SPEC_UNSPECIFIED, UNRECOGNIZED ->
                throw FlotillaError.notApplied(
                                ErrorCode.INVALID_REQUEST,
                                "spec " + query.getSpecValue() + " is unknown; use OFFSET_SPEC_EARLIEST, _LATEST,"
                                        + " _TIMESTAMP or _MAX_TIMESTAMP")
                        .exception();
        };
    }

    /** Before the call's own: what one partition cannot answer must not cost the answers of the others. */
    private long deadlineNanos() {
        long nowNanos = path.clock().nanos();
        long callNanos = CallContexts.deadlineNanos(nowNanos);
        return callNanos == Long.MAX_VALUE
                ? nowNanos + WAIT_NANOS
                : Math.min(nowNanos + (callNanos - nowNanos) / 5 * 4, nowNanos + WAIT_NANOS);
    }

    /** Answers a call that has nothing to ask, or too much; false when it is to be served. */
    private static boolean refusesCount(int queries, StreamObserver<?> reply) {
        if (queries > 0 && queries <= QUERIES_MAX) {
            return false;
        }
        UnaryReply.fail(
                reply,
                FlotillaError.notApplied(
                                ErrorCode.INVALID_REQUEST, queries + " queries in one call; send 1 to " + QUERIES_MAX)
                        .exception());
        return true;
    }

    /** A reply as two functions. */
    private record To<T>(Consumer<T> answered, Consumer<FlotillaError> refused) implements Reply<T> {
        @Override
        public void answer(T answer) {
            answered.accept(answer);
        }

        @Override
        public void refuse(FlotillaError error) {
            refused.accept(error);
        }
    }
}
