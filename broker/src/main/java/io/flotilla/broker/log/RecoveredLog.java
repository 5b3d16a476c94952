package io.flotilla.broker.log;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a log's files hold, after recovery.
 *
 * @param bytesRead bytes of batches that were read to learn it, because no companion file spoke for them
 */
record RecoveredLog(
        List<Segment> segments,
        EpochHistory epochs,
        ProducerState producers,
        long logStart,
        long bytesRead,
        @Nullable LogDamage damage) {}
