package io.flotilla.client.internal.routing;

import io.flotilla.model.id.TopicId;

/** Where a partition is served, and in which epoch. */
public record Location(TopicId topic, int partition, BrokerNode leader, int leaderEpoch) {}
