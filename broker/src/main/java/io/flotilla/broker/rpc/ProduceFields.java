package io.flotilla.broker.rpc;

import io.flotilla.broker.partition.Acks;
import io.flotilla.broker.partition.AppendResult;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.error.FlotillaException;
import io.flotilla.proto.v1.Durability;
import io.flotilla.proto.v1.ProduceRequest;
import io.flotilla.proto.v1.ProduceResponse;

/** Reads the fields of produce requests and writes those of their answers. */
final class ProduceFields {
    private static final int TIMEOUT_MS_DEFAULT = 30_000;
    private static final int TIMEOUT_MS_MAX = 15 * 60_000;

    private ProduceFields() {}

    /** How long the answer may take; throws {@link FlotillaException} with INVALID_REQUEST when that is no time. */
    static int timeoutMs(ProduceRequest request) {
        int timeoutMs = request.getTimeoutMs();
        if (timeoutMs < 0 || timeoutMs > TIMEOUT_MS_MAX) {
            throw FlotillaError.notApplied(
                            ErrorCode.INVALID_REQUEST,
                            "timeout_ms " + timeoutMs + " is not in 0.." + TIMEOUT_MS_MAX + " (0 means "
                                    + TIMEOUT_MS_DEFAULT + ")")
                    .exception();
        }
        return timeoutMs == 0 ? TIMEOUT_MS_DEFAULT : timeoutMs;
    }

    static boolean wantsAnswer(ProduceRequest request) {
        return request.getAcks() != io.flotilla.proto.v1.Acks.ACKS_NONE;
    }

    /** When to answer; throws {@link FlotillaException} with INVALID_REQUIRED_ACKS for a value of another version. */
    static Acks acks(ProduceRequest request) {
        return switch (request.getAcks()) {
            case ACKS_NONE -> Acks.NONE;
            case ACKS_LEADER -> Acks.LEADER;
            case ACKS_UNSPECIFIED, ACKS_ALL -> Acks.ALL;
            case UNRECOGNIZED ->
                throw FlotillaError.notApplied(
                                ErrorCode.INVALID_REQUIRED_ACKS,
                                "acks " + request.getAcksValue()
                                        + " is unknown; use ACKS_NONE, ACKS_LEADER or ACKS_ALL")
                        .exception();
        };
    }

    static ProduceResponse acknowledged(long correlationId, AppendResult result) {
        return ProduceResponse.newBuilder()
                .setCorrelationId(correlationId)
                .setBaseOffset(result.baseOffset())
                .setLastOffset(result.lastOffset())
                .setLeaderEpoch(result.leaderEpoch())
                .setAppendTimeMs(result.appendTimeMs())
                .setLogStartOffset(result.logStartOffset())
                .setDurability(
                        switch (result.durability()) {
                            case SYNCED -> Durability.DURABILITY_SYNCED;
                            case REPLICATED -> Durability.DURABILITY_REPLICATED;
                        })
                .setDuplicate(result.duplicate())
                .build();
    }
}
