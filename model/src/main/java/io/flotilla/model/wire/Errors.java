package io.flotilla.model.wire;

import com.google.protobuf.Duration;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.error.LeaderHint;
import io.flotilla.model.error.Outcome;
import io.flotilla.proto.v1.Error;
import java.util.Optional;

/** Errors to and from the message that answers carry. */
public final class Errors {
    private static final int MS_PER_SECOND = 1000;
    private static final int NANOS_PER_MS = 1_000_000;

    private Errors() {}

    public static Error toMessage(FlotillaError error) {
        Error.Builder message = Error.newBuilder()
                .setCode(error.code().number())
                .setReason(error.code().name())
                .setMessage(error.message())
                .setOutcome(
                        error.outcome() == Outcome.NOT_APPLIED
                                ? io.flotilla.proto.v1.Outcome.OUTCOME_NOT_APPLIED
                                : io.flotilla.proto.v1.Outcome.OUTCOME_UNKNOWN);
        error.leader()
                .ifPresent(hint -> message.setLeader(io.flotilla.proto.v1.LeaderHint.newBuilder()
                        .setBrokerId(hint.brokerId())
                        .setEndpoint(hint.endpoint())
                        .setLeaderEpoch(hint.leaderEpoch())));
        if (error.retryAfterMs() > 0) {
            message.setRetryAfter(duration(error.retryAfterMs()));
        }
        return message.build();
    }

    /** The error that a message carries; an outcome that is not NOT_APPLIED counts as UNKNOWN. */
    public static FlotillaError ofMessage(Error message) {
        Optional<LeaderHint> leader = message.hasLeader()
                ? Optional.of(new LeaderHint(
                        message.getLeader().getBrokerId(),
                        message.getLeader().getEndpoint(),
                        message.getLeader().getLeaderEpoch()))
                : Optional.empty();
        return new FlotillaError(
                ErrorCode.ofNumber(message.getCode()),
                message.getMessage(),
                message.getOutcome() == io.flotilla.proto.v1.Outcome.OUTCOME_NOT_APPLIED
                        ? Outcome.NOT_APPLIED
                        : Outcome.UNKNOWN,
                leader,
                message.hasRetryAfter() ? ms(message.getRetryAfter()) : 0);
    }

    static Duration duration(long ms) {
        return Duration.newBuilder()
                .setSeconds(ms / MS_PER_SECOND)
                .setNanos((int) (ms % MS_PER_SECOND) * NANOS_PER_MS)
                .build();
    }

    static long ms(Duration duration) {
        return duration.getSeconds() * MS_PER_SECOND + duration.getNanos() / NANOS_PER_MS;
    }
}
