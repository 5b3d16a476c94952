package io.flotilla.broker.coordinator;

import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.error.Outcome;

/** Words the errors of one shard. */
final class ShardRefusals {
    private static final long SOON_MS = 100;

    private final ShardId id;

    ShardRefusals(ShardId id) {
        this.id = id;
    }

    FlotillaError loading() {
        return FlotillaError.notApplied(
                        ErrorCode.COORDINATOR_LOAD_IN_PROGRESS,
                        "this broker reads the groups of " + id + " from its log")
                .withRetryAfterMs(SOON_MS);
    }

    FlotillaError overloaded() {
        return FlotillaError.notApplied(
                        ErrorCode.OVERLOADED, "too much waits to be written to " + id + "; try again later")
                .withRetryAfterMs(SOON_MS);
    }

    /**
     * What the log said of an append, in the words of a coordinator; Kafka's choice of codes. Whether it was applied
     * stays as it is.
     */
    FlotillaError afterAppend(FlotillaError error) {
        return switch (error.code()) {
            case NOT_LEADER_OR_FOLLOWER, LEADER_NOT_AVAILABLE, FENCED_LEADER_EPOCH, KAFKA_STORAGE_ERROR ->
                reworded(ErrorCode.NOT_COORDINATOR, error);
            case NOT_ENOUGH_REPLICAS, REQUEST_TIMED_OUT, UNKNOWN_LEADER_EPOCH ->
                reworded(ErrorCode.COORDINATOR_NOT_AVAILABLE, error);
            default -> error;
        };
    }

    /** What the log said when it was asked whether this broker still leads it; nothing was to be applied. */
    FlotillaError unconfirmed(FlotillaError error) {
        ErrorCode code = switch (error.code()) {
            case NOT_LEADER_OR_FOLLOWER, LEADER_NOT_AVAILABLE, FENCED_LEADER_EPOCH, KAFKA_STORAGE_ERROR ->
                ErrorCode.NOT_COORDINATOR;
            case OVERLOADED -> ErrorCode.OVERLOADED;
            default -> ErrorCode.COORDINATOR_NOT_AVAILABLE;
        };
        String message = "nobody has confirmed that this broker still coordinates " + id + ": " + error.message();
        return new FlotillaError(code, message, Outcome.NOT_APPLIED, error.leader(), SOON_MS);
    }

    private FlotillaError reworded(ErrorCode code, FlotillaError error) {
        String what = error.outcome() == Outcome.NOT_APPLIED ? " was not written: " : " may have been written or not: ";
        return new FlotillaError(
                code, "the decision" + what + error.message(), error.outcome(), error.leader(), SOON_MS);
    }
}
