package io.flotilla.broker.rpc;

import io.flotilla.broker.partition.FetchAnswer;
import io.flotilla.broker.partition.FetchQuestion;
import io.flotilla.broker.partition.Partition;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.error.FlotillaException;
import io.flotilla.proto.v1.FetchRequest;
import io.flotilla.proto.v1.FetchResponse;

/** Reads the fields of fetch requests and writes those of their answers. */
final class FetchFields {
    private static final long NANOS_PER_MS = 1_000_000L;
    private static final int MAX_BYTES_DEFAULT = 1 << 20;
    private static final int MESSAGE_BYTES_DEFAULT = 4 << 20;
    /** What an answer takes beside its batches, at most. */
    private static final int FIELDS_BYTES_MAX = 256;

    private static final int WAIT_MS_MAX = 5 * 60_000;

    private FetchFields() {}

    /** What the request asks of the partition; throws {@link FlotillaException} with INVALID_REQUEST. */
    static FetchQuestion question(FetchRequest request, RpcSettings settings, long nowNanos) {
        notNegative("offset", request.getOffset());
        notNegative("max_bytes", request.getMaxBytes());
        notNegative("min_bytes", request.getMinBytes());
        notNegative("max_wait_ms", request.getMaxWaitMs());
        notNegative("max_message_bytes", request.getMaxMessageBytes());
        int messageBytes = orDefault(request.getMaxMessageBytes(), MESSAGE_BYTES_DEFAULT);
        int batchBytesMax = Math.max(1, messageBytes - FIELDS_BYTES_MAX);
        int maxBytes = Math.min(
                orDefault(request.getMaxBytes(), MAX_BYTES_DEFAULT), Math.min(batchBytesMax, settings.fetchBytesMax()));
        return new FetchQuestion(
                request.hasLeaderEpoch() ? request.getLeaderEpoch() : Partition.ANY_EPOCH,
                request.getOffset(),
                maxBytes,
                Math.min(maxBytes, orDefault(request.getMinBytes(), 1)),
                nowNanos + Math.min(request.getMaxWaitMs(), WAIT_MS_MAX) * NANOS_PER_MS,
                batchBytesMax);
    }

    static FetchResponse answer(long correlationId, FetchAnswer answer) {
        return FetchResponse.newBuilder()
                .setCorrelationId(correlationId)
                .setHighWatermark(answer.highWatermark())
                .setLastStableOffset(answer.highWatermark())
                .setLogStartOffset(answer.logStart())
                .setLeaderEpoch(answer.leaderEpoch())
                .build();
    }

    private static int orDefault(int value, int whenZero) {
        return value == 0 ? whenZero : value;
    }

    private static void notNegative(String field, long value) {
        if (value < 0) {
            throw FlotillaError.notApplied(
                            ErrorCode.INVALID_REQUEST, field + " is " + value + "; it must be at least 0")
                    .exception();
        }
    }
}
