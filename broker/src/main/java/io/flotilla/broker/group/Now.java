package io.flotilla.broker.group;

/**
 * The time of an input.
 *
 * @param nanos nanoseconds since an arbitrary moment, never going back; for sessions and other durations
 * @param wallMs milliseconds since the Unix epoch, may jump; for commit times and retention
 */
public record Now(long nanos, long wallMs) {}
