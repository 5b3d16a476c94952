package io.flotilla.client;

import java.util.List;
import java.util.Optional;

/**
 * A member of a consumer group.
 *
 * @param instanceId of a static member
 * @param host where its stream comes from; empty while it has none
 * @param epoch that goes with its commits
 * @param topics that it subscribes to by name
 * @param pattern that it subscribes to, in RE2's syntax
 * @param assigned what it holds
 * @param target what it is to hold
 * @param connected whether its stream is open
 */
public record GroupMemberDescription(
        String memberId,
        Optional<String> instanceId,
        Optional<String> rack,
        String clientId,
        String host,
        int epoch,
        List<String> topics,
        Optional<String> pattern,
        List<TopicPartition> assigned,
        List<TopicPartition> target,
        boolean connected) {
    public GroupMemberDescription {
        topics = List.copyOf(topics);
        assigned = List.copyOf(assigned);
        target = List.copyOf(target);
    }
}
