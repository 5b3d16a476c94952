package io.flotilla.model.call;

/**
 * Who calls, through what, and until when.
 *
 * @param principal the authenticated caller, "anonymous" without authentication
 * @param clientId the caller's own name for itself; may be empty
 * @param listener name of the listener that took the call
 * @param deadlineNanos when the caller stops waiting, on the clock of {@link io.flotilla.model.time.Clock#nanos()};
 *     Long.MAX_VALUE without a deadline
 * @param traceId the caller's trace; may be empty
 */
public record CallContext(String principal, String clientId, String listener, long deadlineNanos, String traceId) {
    /** Principal of a caller that did not authenticate. */
    public static final String ANONYMOUS = "anonymous";

    /** The context of work that the process starts by itself. */
    public static CallContext internal(String origin) {
        return new CallContext("flotilla", origin, "none", Long.MAX_VALUE, "");
    }

    /** Whether the caller has stopped waiting. */
    public boolean expired(long nowNanos) {
        return deadlineNanos != Long.MAX_VALUE && nowNanos - deadlineNanos >= 0;
    }
}
