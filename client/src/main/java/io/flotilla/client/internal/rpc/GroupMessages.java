package io.flotilla.client.internal.rpc;

import io.flotilla.client.internal.group.GroupPartition;
import io.flotilla.client.internal.group.GroupSettings;
import io.flotilla.client.internal.group.GroupSubscription;
import io.flotilla.client.internal.group.GroupTransport.Assignment;
import io.flotilla.client.internal.group.GroupTransport.Author;
import io.flotilla.client.internal.group.GroupTransport.Committed;
import io.flotilla.client.internal.group.GroupTransport.Heartbeat;
import io.flotilla.client.internal.group.GroupTransport.Hello;
import io.flotilla.client.internal.group.GroupTransport.JoinListener;
import io.flotilla.client.internal.group.GroupTransport.Offsets;
import io.flotilla.client.internal.group.GroupTransport.Refusals;
import io.flotilla.client.internal.routing.PartitionName;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.wire.Errors;
import io.flotilla.model.wire.Ids;
import io.flotilla.proto.v1.AssignedTopic;
import io.flotilla.proto.v1.CommitOffsetResult;
import io.flotilla.proto.v1.CommitOffsetsRequest;
import io.flotilla.proto.v1.CommitOffsetsResponse;
import io.flotilla.proto.v1.CommittedOffset;
import io.flotilla.proto.v1.FetchOffsetsResponse;
import io.flotilla.proto.v1.GroupAssignment;
import io.flotilla.proto.v1.GroupPartitions;
import io.flotilla.proto.v1.JoinHeartbeat;
import io.flotilla.proto.v1.JoinHello;
import io.flotilla.proto.v1.JoinLeave;
import io.flotilla.proto.v1.JoinRequest;
import io.flotilla.proto.v1.JoinResponse;
import io.flotilla.proto.v1.OffsetToCommit;
import io.flotilla.proto.v1.OwnedPartitions;
import io.flotilla.proto.v1.Subscription;
import io.flotilla.proto.v1.TopicRef;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.TreeSet;

/** The group's values as messages, and back. Reading throws IllegalArgumentException for what is no valid message. */
final class GroupMessages {
    static final JoinRequest LEAVE =
            JoinRequest.newBuilder().setLeave(JoinLeave.getDefaultInstance()).build();

    private GroupMessages() {}

    /** What the coordinator said on a member's stream. */
    interface Said {
        void to(JoinListener listener);
    }

    static Said said(JoinResponse message) {
        switch (message.getKindCase()) {
            case ASSIGNMENT -> {
                Assignment assignment = assignment(message.getAssignment());
                return listener -> listener.assigned(assignment);
            }
            case HEARTBEAT -> {
                return listener -> listener.alive(message.getHeartbeat().getMemberEpoch());
            }
            case ERROR -> {
                FlotillaError error = Errors.ofMessage(message.getError());
                return listener -> listener.refused(error);
            }
            default -> throw new IllegalArgumentException("an empty JoinResponse");
        }
    }

    private static Assignment assignment(GroupAssignment message) {
        NavigableSet<GroupPartition> partitions = new TreeSet<>();
        for (AssignedTopic topic : message.getTopicsList()) {
            for (int number : topic.getPartitionsList()) {
                partitions.add(partition(topic.getTopic(), number));
            }
        }
        return new Assignment(
                message.getMemberEpoch(), partitions, message.getHeartbeatIntervalMs(), message.getSessionTimeoutMs());
    }

    private static GroupPartition partition(TopicRef topic, int number) {
        return new GroupPartition(
                new PartitionName(topic.getName(), number),
                topic.getId().isEmpty() ? Optional.empty() : Optional.of(Ids.topic(topic.getId())));
    }

    private static TopicRef topic(GroupPartition partition) {
        TopicRef.Builder topic = TopicRef.newBuilder().setName(partition.name().topic());
        partition.topic().ifPresent(id -> topic.setId(Ids.bytes(id)));
        return topic.build();
    }

    static JoinRequest hello(Hello hello) {
        GroupSettings settings = hello.settings();
        GroupSettings.Place place = settings.place();
        JoinHello.Builder message = JoinHello.newBuilder()
                .setGroup(settings.group())
                .setMemberId(hello.memberId())
                .setMemberEpoch(hello.memberEpoch())
                .setSubscription(subscription(hello.subscription()))
                .setAssignor(place.assignor())
                .setRebalanceTimeoutMs(settings.pollIntervalMsMax())
                .addAllOwned(grouped(hello.owned()));
        place.instanceId().ifPresent(message::setInstanceId);
        if (!place.rack().isEmpty()) {
            message.setRack(place.rack());
        }
        return JoinRequest.newBuilder().setHello(message).build();
    }

    private static Subscription subscription(GroupSubscription wanted) {
        Subscription.Builder message = Subscription.newBuilder().addAllTopics(wanted.topics());
        wanted.regex().ifPresent(message::setRegex);
        return message.build();
    }

    static JoinRequest heartbeat(Heartbeat heartbeat) {
        JoinHeartbeat.Builder message = JoinHeartbeat.newBuilder();
        heartbeat
                .owned()
                .ifPresent(
                        owned -> message.setOwned(OwnedPartitions.newBuilder().addAllPartitions(grouped(owned))));
        heartbeat.subscription().ifPresent(wanted -> message.setSubscription(subscription(wanted)));
        return JoinRequest.newBuilder().setHeartbeat(message).build();
    }

    /** Partitions by topic. */
    static List<GroupPartitions> grouped(Collection<GroupPartition> partitions) {
        Map<TopicRef, GroupPartitions.Builder> topics = new LinkedHashMap<>();
        for (GroupPartition partition : partitions) {
            TopicRef topic = topic(partition);
            topics.computeIfAbsent(topic, ref -> GroupPartitions.newBuilder().setTopic(ref))
                    .addPartitions(partition.name().partition());
        }
        List<GroupPartitions> messages = new ArrayList<>();
        topics.values().forEach(topic -> messages.add(topic.build()));
        return messages;
    }

    static OffsetToCommit offset(GroupPartition partition, Committed committed) {
        OffsetToCommit.Builder message = OffsetToCommit.newBuilder()
                .setTopic(topic(partition))
                .setPartition(partition.name().partition())
                .setOffset(committed.offset())
                .setMetadata(committed.metadata());
        committed.leaderEpoch().ifPresent(message::setLeaderEpoch);
        return message.build();
    }

    static CommitOffsetsRequest commit(String group, Author author, List<OffsetToCommit> offsets) {
        return CommitOffsetsRequest.newBuilder()
                .setGroup(group)
                .setMemberId(author.memberId())
                .setMemberEpoch(author.memberEpoch())
                .addAllOffsets(offsets)
                .build();
    }

    /** What was refused; results come in the order of the questions, as a rule. */
    static Refusals refusals(List<GroupPartition> asked, CommitOffsetsResponse answer) {
        if (answer.getResultsCount() != asked.size()) {
            throw new IllegalArgumentException(answer.getResultsCount() + " results for " + asked.size() + " offsets");
        }
        Map<GroupPartition, FlotillaError> errors = new TreeMap<>();
        for (int i = 0; i < asked.size(); i++) {
            CommitOffsetResult result = answer.getResults(i);
            if (result.hasError()) {
                errors.put(meant(asked, i, result), Errors.ofMessage(result.getError()));
            }
        }
        return new Refusals(errors);
    }

    private static GroupPartition meant(List<GroupPartition> asked, int place, CommitOffsetResult result) {
        return isThe(asked.get(place), result.getTopic(), result.getPartition())
                ? asked.get(place)
                : asked.stream()
                        .filter(partition -> isThe(partition, result.getTopic(), result.getPartition()))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException("a result that nobody asked for"));
    }

    static Offsets offsets(Collection<GroupPartition> asked, FetchOffsetsResponse answer) {
        Map<PartitionName, CommittedOffset> found =
                new TreeMap<>(Comparator.comparing(PartitionName::topic).thenComparingInt(PartitionName::partition));
        for (CommittedOffset offset : answer.getOffsetsList()) {
            found.put(new PartitionName(offset.getTopic().getName(), offset.getPartition()), offset);
        }
        Map<GroupPartition, Committed> committed = new TreeMap<>();
        for (GroupPartition partition : asked) {
            CommittedOffset offset = found.get(partition.name());
            if (offset != null && isThe(partition, offset.getTopic(), offset.getPartition())) {
                committed.put(partition, committed(offset));
            }
        }
        return new Offsets(committed);
    }

    private static Committed committed(CommittedOffset offset) {
        return new Committed(
                offset.getOffset(),
                offset.hasLeaderEpoch() ? OptionalInt.of(offset.getLeaderEpoch()) : OptionalInt.empty(),
                offset.getMetadata());
    }

    private static boolean isThe(GroupPartition partition, TopicRef topic, int number) {
        boolean sameLife = topic.getId().isEmpty()
                || partition.topic().isEmpty()
                || partition.topic().get().equals(Ids.topic(topic.getId()));
        boolean sameName = topic.getName().isEmpty() || partition.name().topic().equals(topic.getName());
        return sameLife && sameName && partition.name().partition() == number;
    }
}
