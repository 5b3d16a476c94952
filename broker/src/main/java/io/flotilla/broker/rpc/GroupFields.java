package io.flotilla.broker.rpc;

import io.flotilla.broker.group.Assignment;
import io.flotilla.broker.group.FetchedOffset;
import io.flotilla.broker.group.Heartbeat;
import io.flotilla.broker.group.Hello;
import io.flotilla.broker.group.NamedPartitions;
import io.flotilla.broker.group.NamedTopic;
import io.flotilla.broker.group.OffsetCommit;
import io.flotilla.broker.group.OffsetResult;
import io.flotilla.broker.group.StreamOfMember;
import io.flotilla.broker.group.Subscription;
import io.flotilla.broker.group.TopicPartitions;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.error.FlotillaException;
import io.flotilla.model.id.TopicId;
import io.flotilla.model.wire.Errors;
import io.flotilla.model.wire.Ids;
import io.flotilla.proto.v1.AssignedTopic;
import io.flotilla.proto.v1.CommitOffsetResult;
import io.flotilla.proto.v1.CommitOffsetsRequest;
import io.flotilla.proto.v1.CommittedOffset;
import io.flotilla.proto.v1.GroupAssignment;
import io.flotilla.proto.v1.GroupPartitions;
import io.flotilla.proto.v1.JoinHeartbeat;
import io.flotilla.proto.v1.JoinHello;
import io.flotilla.proto.v1.OffsetToCommit;
import io.flotilla.proto.v1.OffsetToReset;
import io.flotilla.proto.v1.TopicRef;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeSet;

/** Translates between the messages of GroupsService and what groups decide on. Reading may throw INVALID_REQUEST. */
final class GroupFields {
    private static final int ID_BYTES = 16;

    private GroupFields() {}

    // ---- requests ------------------------------------------------------------------------------------------------

    static Hello hello(JoinHello message, Hello.Peer peer) {
        return new Hello(
                message.getGroup(),
                message.getMemberId(),
                message.getMemberEpoch(),
                message.hasInstanceId() ? Optional.of(message.getInstanceId()) : Optional.empty(),
                message.hasRack() ? Optional.of(message.getRack()) : Optional.empty(),
                subscription(message.getSubscription()),
                message.getAssignor(),
                message.getSessionTimeoutMs(),
                message.getRebalanceTimeoutMs(),
                partitions(message.getOwnedList()),
                peer);
    }

    static Heartbeat heartbeat(JoinHeartbeat message, StreamOfMember stream) {
        return new Heartbeat(
                stream,
                message.hasOwned() ? Optional.of(partitions(message.getOwned().getPartitionsList())) : Optional.empty(),
                message.hasSubscription() ? Optional.of(subscription(message.getSubscription())) : Optional.empty());
    }

    private static Subscription subscription(io.flotilla.proto.v1.Subscription message) {
        return new Subscription(
                new TreeSet<>(message.getTopicsList()),
                message.hasRegex() ? Optional.of(message.getRegex()) : Optional.empty());
    }

    static List<NamedPartitions> partitions(List<GroupPartitions> messages) {
        return messages.stream()
                .map(message -> new NamedPartitions(topic(message.getTopic()), message.getPartitionsList()))
                .toList();
    }

    static OffsetCommit commit(CommitOffsetsRequest request) {
        return new OffsetCommit(
                request.getGroup(),
                request.getMemberId(),
                request.getMemberEpoch(),
                request.getOffsetsList().stream().map(GroupFields::entry).toList());
    }

    private static OffsetCommit.Entry entry(OffsetToCommit message) {
        return new OffsetCommit.Entry(
                topic(message.getTopic()),
                message.getPartition(),
                OptionalLong.of(message.getOffset()),
                message.hasLeaderEpoch() ? OptionalInt.of(message.getLeaderEpoch()) : OptionalInt.empty(),
                message.getMetadata());
    }

    static OffsetCommit.Entry entry(OffsetToReset message) {
        return new OffsetCommit.Entry(
                topic(message.getTopic()),
                message.getPartition(),
                message.hasOffset() ? OptionalLong.of(message.getOffset()) : OptionalLong.empty(),
                OptionalInt.empty(),
                "");
    }

    private static NamedTopic topic(TopicRef message) {
        int idBytes = message.getId().size();
        if (idBytes != 0 && idBytes != ID_BYTES) {
            throw invalid("a topic id has " + ID_BYTES + " bytes, not " + idBytes);
        }
        return new NamedTopic(
                message.getName(), idBytes == 0 ? Optional.empty() : Optional.of(Ids.topic(message.getId())));
    }

    static FlotillaException invalid(String message) {
        return FlotillaError.notApplied(ErrorCode.INVALID_REQUEST, message).exception();
    }

    // ---- answers -------------------------------------------------------------------------------------------------

    static GroupAssignment assignment(Assignment assignment) {
        GroupAssignment.Builder message = GroupAssignment.newBuilder()
                .setMemberEpoch(assignment.memberEpoch())
                .setHeartbeatIntervalMs(assignment.heartbeatIntervalMs())
                .setSessionTimeoutMs(assignment.sessionTimeoutMs());
        assignment
                .topics()
                .forEach(each -> message.addTopics(AssignedTopic.newBuilder()
                        .setTopic(topic(each.topic(), each.id()))
                        .addAllPartitions(each.partitions())));
        return message.build();
    }

    static GroupPartitions partitions(TopicPartitions of) {
        return GroupPartitions.newBuilder()
                .setTopic(topic(of.topic(), of.id()))
                .addAllPartitions(of.partitions())
                .build();
    }

    static CommitOffsetResult result(OffsetResult result) {
        CommitOffsetResult.Builder message =
                CommitOffsetResult.newBuilder().setTopic(topic(result.topic())).setPartition(result.partition());
        result.error().ifPresent(error -> message.setError(Errors.toMessage(error)));
        return message.build();
    }

    static CommittedOffset committed(FetchedOffset offset) {
        CommittedOffset.Builder message = CommittedOffset.newBuilder()
                .setTopic(topic(offset.topic(), offset.id()))
                .setPartition(offset.partition())
                .setOffset(offset.offset())
                .setMetadata(offset.metadata())
                .setCommitTimeMs(offset.commitTimeMs());
        offset.leaderEpoch().ifPresent(message::setLeaderEpoch);
        return message.build();
    }

    private static TopicRef topic(String name, TopicId id) {
        return TopicRef.newBuilder().setName(name).setId(Ids.bytes(id)).build();
    }

    private static TopicRef topic(NamedTopic topic) {
        TopicRef.Builder message = TopicRef.newBuilder().setName(topic.name());
        topic.id().ifPresent(id -> message.setId(Ids.bytes(id)));
        return message.build();
    }
}
