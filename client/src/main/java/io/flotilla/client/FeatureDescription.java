package io.flotilla.client;

import java.util.List;

/**
 * The level of features that the cluster runs at, and what each broker understands.
 *
 * @param brokers in the order of their ids
 */
public record FeatureDescription(int level, List<BrokerFeatures> brokers) {
    /** The levels that a broker's process understands, both ends included. */
    public record BrokerFeatures(int brokerId, int minLevel, int maxLevel) {}
}
