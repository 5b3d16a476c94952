package io.flotilla.broker.partition;

import io.flotilla.model.image.Durability;

/**
 * What an acknowledged append came to.
 *
 * @param baseOffset of the first record of the first batch; of the original for a duplicate
 * @param lastOffset of the last record of the last batch
 * @param leaderEpoch of the leader that acknowledges
 * @param appendTimeMs wall clock of the append
 * @param logStartOffset first offset of the partition
 * @param durability what the acknowledgement survives
 * @param duplicate whether an earlier attempt had appended it
 */
public record AppendResult(
        long baseOffset,
        long lastOffset,
        int leaderEpoch,
        long appendTimeMs,
        long logStartOffset,
        Durability durability,
        boolean duplicate) {}
