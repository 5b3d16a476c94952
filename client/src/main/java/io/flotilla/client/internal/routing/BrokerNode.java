package io.flotilla.client.internal.routing;

import io.flotilla.model.id.Endpoint;

/**
 * A broker as clients see it.
 *
 * @param rack empty where none is configured
 * @param fenced leads nothing and is in no ISR
 */
public record BrokerNode(int id, Endpoint endpoint, String rack, boolean fenced) {}
