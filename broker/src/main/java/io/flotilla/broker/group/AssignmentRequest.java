package io.flotilla.broker.group;

import io.flotilla.model.id.TopicId;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * What an assignor is to share out, and among whom.
 *
 * @param members by member id; one or more
 * @param topics every topic that some member subscribes to and that exists; one or more of them may have no subscriber
 */
public record AssignmentRequest(SortedMap<String, MemberSpec> members, SortedMap<TopicId, TopicSpec> topics) {
    /**
     * A member.
     *
     * @param instanceId of a static member
     * @param rack where it is, if it said so
     * @param subscribed topics that it wants; all exist
     * @param target what the last assignment gave it; may name topics and partitions that are no more
     */
    public record MemberSpec(
            @Nullable String instanceId,
            @Nullable String rack,
            SortedSet<TopicId> subscribed,
            Map<TopicId, SortedSet<Integer>> target) {}

    /**
     * A topic.
     *
     * @param partitions how many it has, 1 or more
     * @param racks by partition: where its replicas are, as far as their brokers said so
     */
    public record TopicSpec(int partitions, List<SortedSet<String>> racks) {}
}
