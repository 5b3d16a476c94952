package io.flotilla.client;

import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.wire.Errors;
import io.flotilla.proto.v1.CommitOffsetResult;
import io.flotilla.proto.v1.Error;
import io.flotilla.proto.v1.GroupDescription;
import io.flotilla.proto.v1.GroupPartitions;
import io.flotilla.proto.v1.GroupResult;
import io.flotilla.proto.v1.GroupState;
import io.flotilla.proto.v1.ListGroupsResponse;
import io.flotilla.proto.v1.MemberDescription;
import io.flotilla.proto.v1.OffsetToReset;
import io.flotilla.proto.v1.TopicRef;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/** Messages about consumer groups to and from the values of the API. */
final class GroupAdminMessages {
    private GroupAdminMessages() {}

    static ConsumerGroupListings listings(ListGroupsResponse message) {
        return new ConsumerGroupListings(
                message.getGroupsList().stream()
                        .map(group -> new ConsumerGroupListing(group.getGroup(), state(group.getState())))
                        .sorted(Comparator.comparing(ConsumerGroupListing::group))
                        .toList(),
                message.getErrorsList().stream().map(Errors::ofMessage).toList());
    }

    static ConsumerGroupDescription description(GroupDescription message) {
        SortedMap<TopicPartition, CommittedOffset> offsets = new TreeMap<>();
        message.getOffsetsList()
                .forEach(offset -> offsets.put(
                        new TopicPartition(offset.getTopic().getName(), offset.getPartition()), committed(offset)));
        return new ConsumerGroupDescription(
                message.getGroup(),
                state(message.getState()),
                message.getGroupEpoch(),
                message.getAssignmentEpoch(),
                message.getAssignor(),
                new ConsumerGroupDescription.Coordinator(message.getCoordinatorId(), message.getCoordinatorEndpoint()),
                message.getMembersList().stream()
                        .map(GroupAdminMessages::member)
                        .toList(),
                offsets,
                message.hasError() ? error(message.getError()) : Optional.empty());
    }

    private static CommittedOffset committed(io.flotilla.proto.v1.CommittedOffset message) {
        return new CommittedOffset(
                message.getOffset(),
                message.hasLeaderEpoch() ? OptionalInt.of(message.getLeaderEpoch()) : OptionalInt.empty(),
                message.getMetadata(),
                message.getCommitTimeMs());
    }

    private static GroupMemberDescription member(MemberDescription message) {
        return new GroupMemberDescription(
                message.getMemberId(),
                message.hasInstanceId() ? Optional.of(message.getInstanceId()) : Optional.empty(),
                message.hasRack() ? Optional.of(message.getRack()) : Optional.empty(),
                message.getClientId(),
                message.getHost(),
                message.getMemberEpoch(),
                message.getSubscription().getTopicsList(),
                message.getSubscription().hasRegex()
                        ? Optional.of(message.getSubscription().getRegex())
                        : Optional.empty(),
                partitions(message.getAssignedList()),
                partitions(message.getTargetList()),
                message.getConnected());
    }

    private static List<TopicPartition> partitions(List<GroupPartitions> messages) {
        return messages.stream()
                .flatMap(message -> message.getPartitionsList().stream()
                        .map(partition -> new TopicPartition(message.getTopic().getName(), partition)))
                .sorted()
                .toList();
    }

    static OperationResult<String> result(GroupResult message) {
        return new OperationResult<>(
                message.getGroup(), message.hasError() ? error(message.getError()) : Optional.empty());
    }

    static OperationResult<TopicPartition> result(CommitOffsetResult message) {
        return new OperationResult<>(
                new TopicPartition(message.getTopic().getName(), message.getPartition()),
                message.hasError() ? error(message.getError()) : Optional.empty());
    }

    static OffsetToReset.Builder place(TopicPartition partition) {
        return OffsetToReset.newBuilder()
                .setTopic(TopicRef.newBuilder().setName(partition.topic()))
                .setPartition(partition.partition());
    }

    static GroupState message(ConsumerGroupState state) {
        return switch (state) {
            case EMPTY -> GroupState.GROUP_STATE_EMPTY;
            case ASSIGNING -> GroupState.GROUP_STATE_ASSIGNING;
            case RECONCILING -> GroupState.GROUP_STATE_RECONCILING;
            case STABLE -> GroupState.GROUP_STATE_STABLE;
            case DEAD -> GroupState.GROUP_STATE_DEAD;
            case UNKNOWN -> GroupState.GROUP_STATE_UNSPECIFIED;
        };
    }

    private static ConsumerGroupState state(GroupState message) {
        return switch (message) {
            case GROUP_STATE_EMPTY -> ConsumerGroupState.EMPTY;
            case GROUP_STATE_ASSIGNING -> ConsumerGroupState.ASSIGNING;
            case GROUP_STATE_RECONCILING -> ConsumerGroupState.RECONCILING;
            case GROUP_STATE_STABLE -> ConsumerGroupState.STABLE;
            case GROUP_STATE_DEAD -> ConsumerGroupState.DEAD;
            case GROUP_STATE_UNSPECIFIED, UNRECOGNIZED -> ConsumerGroupState.UNKNOWN;
        };
    }

    private static Optional<FlotillaError> error(Error message) {
        return Optional.of(Errors.ofMessage(message));
    }
}
