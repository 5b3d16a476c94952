package io.flotilla.broker.partition;

import io.flotilla.broker.log.LogView;

/**
 * A piece of a replica whose stored bytes are to be compared with other replicas'.
 *
 * @param log the log to read them from, off the loop
 * @param startOffset first offset
 * @param endOffset offset after the last
 * @param compacted each replica cleans for itself, so that only what no cleaning removes can be compared
 */
public record DigestRange(LogView log, long startOffset, long endOffset, boolean compacted) {}
