package io.flotilla.broker.group;

import java.util.List;

/**
 * What a member is to hold: it gives up what is not in it, says so, then begins what is new.
 *
 * @param memberEpoch goes with commits from now on; 1 or more
 * @param topics in the order of their ids; only topics that exist
 * @param heartbeatIntervalMs how often the member is to be heard at least, milliseconds
 * @param sessionTimeoutMs how long it may be silent, milliseconds
 */
public record Assignment(int memberEpoch, List<TopicPartitions> topics, int heartbeatIntervalMs, int sessionTimeoutMs) {
    public Assignment {
        topics = List.copyOf(topics);
    }
}
