package io.flotilla.broker.partition;

import io.flotilla.model.image.Durability;
import io.flotilla.model.image.LogSettings;

/**
 * What a topic's configuration says to its partitions.
 *
 * @param durability fixed at creation
 * @param maxMessageBytes largest batch accepted, bytes
 * @param log how the log is cut into files, and how long records are kept
 */
public record TopicBounds(Durability durability, int maxMessageBytes, LogSettings log) {
    /** Of a topic that leaves its logs to the brokers. */
    public TopicBounds(Durability durability, int maxMessageBytes) {
        this(durability, maxMessageBytes, LogSettings.NONE);
    }
}
