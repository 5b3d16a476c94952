package io.flotilla.broker.group;

import java.util.List;
import java.util.Optional;

/**
 * What there is to know of a group.
 *
 * @param epoch rises with every change of members, subscriptions or topics that may change the target
 * @param assignmentEpoch the epoch that the target was computed for
 * @param assignor the assignor that computed it; empty before the first time
 * @param members in the order of their ids
 * @param offsets in the order of topic ids and partitions
 */
public record GroupDescription(
        String group,
        GroupState state,
        int epoch,
        int assignmentEpoch,
        String assignor,
        List<Member> members,
        List<FetchedOffset> offsets) {
    public GroupDescription {
        members = List.copyOf(members);
        offsets = List.copyOf(offsets);
    }

    /**
     * A member.
     *
     * @param host address of its end of the stream; empty while it has none
     * @param assigned what it holds, with what it has not given up yet
     * @param target what it is to hold in the end
     */
    public record Member(
            String memberId,
            Optional<String> instanceId,
            Optional<String> rack,
            String clientId,
            String host,
            int memberEpoch,
            Subscription subscription,
            List<TopicPartitions> assigned,
            List<TopicPartitions> target,
            boolean connected) {
        public Member {
            assigned = List.copyOf(assigned);
            target = List.copyOf(target);
        }
    }
}
