package io.flotilla.quorum.rpc;

import io.flotilla.proto.internal.v1.TopicDefaults;
import io.flotilla.quorum.liveness.LivenessConfig;

/**
 * What the operator decides about a controller.
 *
 * @param clusterId identity for a new cluster; empty to have one made up
 * @param liveness how patient it is with brokers
 * @param topicDefaults what topics get that ask for nothing else
 * @param balancing how it spreads leaderships
 */
public record ControllerSettings(
        String clusterId, LivenessConfig liveness, TopicDefaults topicDefaults, LeaderBalancing balancing) {
    /** With Kafka's defaults for the balance of leaders. */
    public ControllerSettings(String clusterId, LivenessConfig liveness, TopicDefaults topicDefaults) {
        this(clusterId, liveness, topicDefaults, LeaderBalancing.DEFAULT);
    }
}
