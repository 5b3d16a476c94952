package io.flotilla.broker.partition;

/**
 * What a leader's log holds at one moment, committed or not.
 *
 * @param logStart first offset of the log
 * @param logEnd offset that the next record will have
 */
public record LogBounds(long logStart, long logEnd) {}
