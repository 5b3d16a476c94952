package io.flotilla.broker.log;

/**
 * What one file of a log holds, as far as retention minds.
 *
 * @param nextOffset offset after its last record
 * @param newestMs largest timestamp of its records, milliseconds since the Unix epoch; negative when none has one
 */
public record SegmentExtent(long baseOffset, long nextOffset, long sizeBytes, long newestMs) {}
