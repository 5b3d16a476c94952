/**
 * Partition logs on a {@link io.flotilla.model.disk.Disk}: segments and their indexes, epoch history, producer state,
 * group commit, recovery, and the log directory that they live in. Knows batches only from their outside, and of
 * replication only what an epoch's end is; neither metadata, RPC nor generated protobuf types.
 */
@NullMarked
package io.flotilla.broker.log;

import org.jspecify.annotations.NullMarked;
