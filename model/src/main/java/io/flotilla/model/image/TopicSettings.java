package io.flotilla.model.image;

import java.util.Map;

/**
 * A topic's configuration with defaults filled in.
 *
 * @param durability what an acknowledgement survives; fixed at creation
 * @param minInsyncReplicas acks=all needs at least this many in-sync replicas; before capping by the replication factor
 * @param maxMessageBytes largest batch accepted, bytes
 * @param uncleanLeaderElection whether a replica that may lack committed records may be elected
 * @param log what the topic itself says about its logs
 */
public record TopicSettings(
        Durability durability,
        int minInsyncReplicas,
        int maxMessageBytes,
        boolean uncleanLeaderElection,
        LogSettings log) {

    /** Reads configs that {@link TopicConfigKey} has checked. */
    public static TopicSettings of(Map<String, String> configs) {
        return new TopicSettings(
                Durability.ofConfigValue(TopicConfigKey.DURABILITY.valueIn(configs))
                        .orElseThrow(),
                Integer.parseInt(TopicConfigKey.MIN_INSYNC_REPLICAS.valueIn(configs)),
                Integer.parseInt(TopicConfigKey.MAX_MESSAGE_BYTES.valueIn(configs)),
                Boolean.parseBoolean(TopicConfigKey.UNCLEAN_LEADER_ELECTION_ENABLE.valueIn(configs)),
                LogSettings.of(configs));
    }

    /** The number of in-sync replicas below which nothing commits: never more than there are replicas. */
    public int minInsyncReplicas(int replicationFactor) {
        return Math.min(minInsyncReplicas, replicationFactor);
    }

    /** The same, with unclean elections allowed: for a command that asks for one. */
    public TopicSettings allowingUncleanElection() {
        return new TopicSettings(durability, minInsyncReplicas, maxMessageBytes, true, log);
    }
}
