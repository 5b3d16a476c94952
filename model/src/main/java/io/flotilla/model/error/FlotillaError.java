package io.flotilla.model.error;

import java.util.Optional;

/**
 * An expected refusal or failure, as a value.
 *
 * @param code what went wrong
 * @param message for people: the offending value, the limit, and what to do
 * @param outcome whether the request may have had an effect
 * @param leader where to go instead, where that is known
 * @param retryAfterMs how long to wait before another attempt, milliseconds; 0 where waiting does not help
 */
public record FlotillaError(
        ErrorCode code, String message, Outcome outcome, Optional<LeaderHint> leader, long retryAfterMs) {

    /** A refusal that for certain changed nothing. */
    public static FlotillaError notApplied(ErrorCode code, String message) {
        return new FlotillaError(code, message, Outcome.NOT_APPLIED, Optional.empty(), 0);
    }

    /** A failure after which nobody can say whether the request had an effect. */
    public static FlotillaError unknown(ErrorCode code, String message) {
        return new FlotillaError(code, message, Outcome.UNKNOWN, Optional.empty(), 0);
    }

    public FlotillaError withLeader(LeaderHint hint) {
        return new FlotillaError(code, message, outcome, Optional.of(hint), retryAfterMs);
    }

    public FlotillaError withRetryAfterMs(long ms) {
        return new FlotillaError(code, message, outcome, leader, ms);
    }

    /** The error as an exception, for callers that can do nothing else with it. */
    public FlotillaException exception() {
        return new FlotillaException(this);
    }

    @Override
    public String toString() {
        return code + " (" + outcome + "): " + message;
    }
}
