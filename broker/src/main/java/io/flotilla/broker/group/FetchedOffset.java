package io.flotilla.broker.group;

import io.flotilla.model.id.TopicId;
import java.util.OptionalInt;

/**
 * A committed offset.
 *
 * @param topic its name
 * @param offset of the next record to read
 * @param leaderEpoch of the last record that was read
 * @param commitTimeMs milliseconds since the Unix epoch
 */
public record FetchedOffset(
        String topic,
        TopicId id,
        int partition,
        long offset,
        OptionalInt leaderEpoch,
        String metadata,
        long commitTimeMs) {}
