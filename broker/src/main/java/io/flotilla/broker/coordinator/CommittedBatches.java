package io.flotilla.broker.coordinator;

import java.nio.ByteBuffer;

/**
 * Batches that were read from a log.
 *
 * @param batches whole ones between position and limit, all below the high watermark; owned by the reader
 * @param nextOffset where to read on
 * @param highWatermark every in-sync replica held all offsets below it at that time
 */
public record CommittedBatches(ByteBuffer batches, long nextOffset, long highWatermark) {}
