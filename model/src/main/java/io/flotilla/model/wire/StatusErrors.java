package io.flotilla.model.wire;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.ErrorKind;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.error.FlotillaException;
import io.flotilla.model.error.LeaderHint;
import io.flotilla.model.error.Outcome;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.Map;
import java.util.Optional;

/** Errors to and from gRPC statuses with google.rpc.ErrorInfo and RetryInfo details. */
public final class StatusErrors {
    /** ErrorInfo's domain of every Flotilla error. */
    public static final String DOMAIN = "flotilla";

    private StatusErrors() {}

    public static StatusRuntimeException toStatus(FlotillaError error) {
        ErrorInfo.Builder info = ErrorInfo.newBuilder()
                .setDomain(DOMAIN)
                .setReason(error.code().name())
                .putMetadata("code", Integer.toString(error.code().number()))
                .putMetadata("outcome", error.outcome().name());
        error.leader()
                .ifPresent(hint -> info.putMetadata("leader_id", Integer.toString(hint.brokerId()))
                        .putMetadata("leader_endpoint", hint.endpoint())
                        .putMetadata("leader_epoch", Integer.toString(hint.leaderEpoch())));
        com.google.rpc.Status.Builder status = com.google.rpc.Status.newBuilder()
                .setCode(statusCode(error.code().kind()).value())
                .setMessage(error.message())
                .addDetails(Any.pack(info.build()));
        if (error.retryAfterMs() > 0) {
            status.addDetails(Any.pack(RetryInfo.newBuilder()
                    .setRetryDelay(Errors.duration(error.retryAfterMs()))
                    .build()));
        }
        return StatusProto.toStatusRuntimeException(status.build());
    }

    /** The status for any failure of a call: a FlotillaException keeps its error, anything else is a server error. */
    public static StatusRuntimeException toStatus(Throwable failure) {
        if (failure instanceof FlotillaException known) {
            return toStatus(known.error());
        }
        if (failure instanceof StatusRuntimeException status) {
            return status;
        }
        return toStatus(FlotillaError.unknown(
                ErrorCode.UNKNOWN_SERVER_ERROR, "the server failed: " + failure + "; its log has the details"));
    }

    /**
     * The error behind a failed call. A status without our details is the transport's own: an unreachable peer that
     * certainly never saw the request still counts as UNKNOWN here, because gRPC does not say.
     */
    public static FlotillaError ofFailure(Throwable failure) {
        if (failure instanceof FlotillaException known) {
            return known.error();
        }
        Status status = Status.fromThrowable(failure);
        Metadata trailers = Status.trailersFromThrowable(failure);
        com.google.rpc.Status details = StatusProto.fromStatusAndTrailers(status, trailers);
        if (details != null) {
            Optional<FlotillaError> error = ofDetails(details);
            if (error.isPresent()) {
                return error.get();
            }
        }
        ErrorCode code =
                status.getCode() == Status.Code.DEADLINE_EXCEEDED || status.getCode() == Status.Code.UNAVAILABLE
                        ? ErrorCode.REQUEST_TIMED_OUT
                        : ErrorCode.UNKNOWN_SERVER_ERROR;
        return FlotillaError.unknown(code, status.getCode() + describe(status));
    }

    private static String describe(Status status) {
        String cause = status.getCause() == null ? "" : " (" + status.getCause().getMessage() + ")";
        return status.getDescription() == null ? cause : ": " + status.getDescription() + cause;
    }

    private static Optional<FlotillaError> ofDetails(com.google.rpc.Status details) {
        ErrorInfo info = null;
        long retryAfterMs = 0;
        try {
            for (Any detail : details.getDetailsList()) {
                if (detail.is(ErrorInfo.class)) {
                    info = detail.unpack(ErrorInfo.class);
                } else if (detail.is(RetryInfo.class)) {
                    retryAfterMs = Errors.ms(detail.unpack(RetryInfo.class).getRetryDelay());
                }
            }
            if (info == null || !info.getDomain().equals(DOMAIN)) {
                return Optional.empty();
            }
            Map<String, String> metadata = info.getMetadataMap();
            return Optional.of(new FlotillaError(
                    ErrorCode.ofNumber(Integer.parseInt(metadata.getOrDefault("code", "-1"))),
                    details.getMessage(),
                    Outcome.NOT_APPLIED.name().equals(metadata.get("outcome")) ? Outcome.NOT_APPLIED : Outcome.UNKNOWN,
                    leader(metadata),
                    retryAfterMs));
        } catch (InvalidProtocolBufferException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static Optional<LeaderHint> leader(Map<String, String> metadata) {
        if (!metadata.containsKey("leader_id")) {
            return Optional.empty();
        }
        return Optional.of(new LeaderHint(
                Integer.parseInt(metadata.getOrDefault("leader_id", "-1")),
                metadata.getOrDefault("leader_endpoint", ""),
                Integer.parseInt(metadata.getOrDefault("leader_epoch", "-1"))));
    }

    private static Status.Code statusCode(ErrorKind kind) {
        return switch (kind) {
            case NOT_FOUND -> Status.Code.NOT_FOUND;
            case OUT_OF_RANGE -> Status.Code.OUT_OF_RANGE;
            case INVALID_ARGUMENT -> Status.Code.INVALID_ARGUMENT;
            case UNAVAILABLE -> Status.Code.UNAVAILABLE;
            case PERMISSION_DENIED -> Status.Code.PERMISSION_DENIED;
            case ALREADY_EXISTS -> Status.Code.ALREADY_EXISTS;
            case FAILED_PRECONDITION -> Status.Code.FAILED_PRECONDITION;
            case RESOURCE_EXHAUSTED -> Status.Code.RESOURCE_EXHAUSTED;
            case DEADLINE_EXCEEDED -> Status.Code.DEADLINE_EXCEEDED;
            case INTERNAL -> Status.Code.INTERNAL;
        };
    }
}
