package io.flotilla.broker.metadata;

import io.flotilla.model.id.Endpoint;

/**
 * The run of a broker to fetch from.
 *
 * @param brokerEpoch its registration; a fetch stream is tied to it
 * @param endpoint its internal listener
 */
public record LeaderAddress(int brokerId, long brokerEpoch, Endpoint endpoint) {}
