package io.flotilla.broker.log;

/** What became of batches that a leader sent. */
public sealed interface FollowerAppend {
    /** They are in the log. */
    record Appended(AppendedRange range) implements FollowerAppend {}

    /** Nothing was appended: they do not continue this log, or come from an epoch that it does not follow yet. */
    record Refused(String reason) implements FollowerAppend {}
}
