package io.flotilla.broker.log;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a log's files hold, after recovery. */
record RecoveredLog(
        List<Segment> segments,
        EpochHistory epochs,
        ProducerState producers,
        long logStart,
        @Nullable LogDamage damage) {}
