package io.flotilla.broker.log;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a log's files hold, after recovery.
 *
 * @param bytesRead bytes of batches that were read to learn it, because no companion file spoke for them
 * @param durableEnd as far as the next start will know that all was synced
 */
record RecoveredLog(
        List<Segment> segments,
        EpochHistory epochs,
        ProducerState producers,
        long logStart,
        long bytesRead,
        long durableEnd,
        @Nullable LogDamage damage) {}
