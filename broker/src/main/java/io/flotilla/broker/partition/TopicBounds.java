package io.flotilla.broker.partition;

import io.flotilla.model.image.Durability;

/**
 * What a topic's configuration says to its partitions.
 *
 * @param durability fixed at creation
 * @param maxMessageBytes largest batch accepted, bytes
 */
public record TopicBounds(Durability durability, int maxMessageBytes) {}
