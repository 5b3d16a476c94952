package io.flotilla.broker.partition;

import io.flotilla.broker.log.LogSlice;

/**
 * Records for a consumer.
 *
 * @param records whole batches below the high watermark, the first holding the offset asked for; empty when the wait
 *     ended; read off the loop and closed by whoever gets the answer
 * @param highWatermark every in-sync replica holds all offsets below it
 * @param logStart first offset of the partition
 * @param leaderEpoch of the leader that answers
 */
public record FetchAnswer(LogSlice records, long highWatermark, long logStart, int leaderEpoch) {}
