package io.flotilla.model.error;

/** Families of errors; each is one gRPC status code at the edge. */
public enum ErrorKind {
    NOT_FOUND,
    OUT_OF_RANGE,
    INVALID_ARGUMENT,
    UNAVAILABLE,
    PERMISSION_DENIED,
    ALREADY_EXISTS,
    FAILED_PRECONDITION,
    RESOURCE_EXHAUSTED,
    DEADLINE_EXCEEDED,
    INTERNAL
}
