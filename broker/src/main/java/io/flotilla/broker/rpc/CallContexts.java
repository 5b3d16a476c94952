package io.flotilla.broker.rpc;

import io.flotilla.model.call.CallContext;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Reads who calls, and until when, off a gRPC call. */
final class CallContexts {
    private static final Metadata.Key<String> CLIENT_ID =
            Metadata.Key.of("flotilla-client-id", Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<String> TRACE = Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER);

    private CallContexts() {}

    /** The context of a call that begins now, in gRPC's context of that call. */
    static CallContext of(Metadata headers, String listener, long nowNanos) {
        return new CallContext(
                CallContext.ANONYMOUS,
                orEmpty(headers.get(CLIENT_ID)),
                listener,
                deadlineNanos(nowNanos),
                orEmpty(headers.get(TRACE)));
    }

    /** When the current call ends, on the clock that gave {@code nowNanos}; Long.MAX_VALUE without a deadline. */
    static long deadlineNanos(long nowNanos) {
        Deadline deadline = Context.current().getDeadline();
        return deadline == null ? Long.MAX_VALUE : nowNanos + deadline.timeRemaining(TimeUnit.NANOSECONDS);
    }

    /** The same caller, with a request's own deadline if that comes first. */
    static CallContext until(CallContext call, long deadlineNanos) {
        boolean callEndsFirst = call.deadlineNanos() != Long.MAX_VALUE && call.deadlineNanos() - deadlineNanos < 0;
        return callEndsFirst
                ? call
                : new CallContext(call.principal(), call.clientId(), call.listener(), deadlineNanos, call.traceId());
    }

    private static String orEmpty(@Nullable String value) {
        return value == null ? "" : value;
    }
}
