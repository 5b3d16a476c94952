package io.flotilla.broker.rpc;

import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;

/** The trailers that carry an error's details. */
final class StatusTrailers {
    private StatusTrailers() {}

    static Metadata of(StatusRuntimeException status) {
        Metadata trailers = status.getTrailers();
        return trailers == null ? new Metadata() : trailers;
    }
}
