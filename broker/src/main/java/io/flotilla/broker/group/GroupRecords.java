package io.flotilla.broker.group;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.id.TopicId;
import io.flotilla.proto.internal.v1.GroupKey;
import io.flotilla.proto.internal.v1.GroupMemberKey;
import io.flotilla.proto.internal.v1.GroupMemberValue;
import io.flotilla.proto.internal.v1.GroupOffsetKey;
import io.flotilla.proto.internal.v1.GroupOffsetValue;
import io.flotilla.proto.internal.v1.GroupRecordKey;
import io.flotilla.proto.internal.v1.GroupRecordValue;
import io.flotilla.proto.internal.v1.GroupTargetKey;
import io.flotilla.proto.internal.v1.GroupTargetValue;
import io.flotilla.proto.internal.v1.GroupValue;
import io.flotilla.proto.internal.v1.StoredPartitions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Facts to and from the bytes of records. Equal facts have equal bytes. Stateless. */
final class GroupRecords {
    private GroupRecords() {}

    static GroupRecord encode(Fact fact) {
        GroupRecordValue value = value(fact);
        return new GroupRecord(key(fact).toByteArray(), value == null ? null : value.toByteArray());
    }

    /** What a record says; empty for a kind that this version does not know. */
    static Optional<Fact> decode(GroupRecord record) {
        try {
            byte[] bytes = record.value();
            return decode(
                    GroupRecordKey.parseFrom(record.key()), bytes == null ? null : GroupRecordValue.parseFrom(bytes));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException(
                    "a record of __consumer_offsets is none of groups: " + e.getMessage(), e);
        }
    }

    private static Optional<Fact> decode(GroupRecordKey key, @Nullable GroupRecordValue value) {
        return switch (key.getKindCase()) {
            case GROUP ->
                Optional.of(
                        new Fact.Header(key.getGroup().getGroup(), value == null ? null : header(value.getGroup())));
            case MEMBER ->
                Optional.of(new Fact.Member(
                        key.getMember().getGroup(),
                        key.getMember().getMemberId(),
                        value == null ? null : member(value.getMember())));
            case TARGET ->
                Optional.of(new Fact.Target(
                        key.getTarget().getGroup(),
                        key.getTarget().getMemberId(),
                        value == null ? null : partitions(value.getTarget().getPartitionsList())));
            case OFFSET ->
                Optional.of(new Fact.Offset(
                        key.getOffset().getGroup(),
                        new PartitionId(
                                topic(key.getOffset().getTopicId()),
                                key.getOffset().getPartition()),
                        value == null ? null : offset(value.getOffset())));
            case KIND_NOT_SET -> Optional.empty();
        };
    }

    private static GroupRecordKey key(Fact fact) {
        GroupRecordKey.Builder key = GroupRecordKey.newBuilder();
        if (fact instanceof Fact.Header) {
            key.setGroup(GroupKey.newBuilder().setGroup(fact.group()));
        } else if (fact instanceof Fact.Member member) {
            key.setMember(GroupMemberKey.newBuilder().setGroup(fact.group()).setMemberId(member.memberId()));
        } else if (fact instanceof Fact.Target target) {
            key.setTarget(GroupTargetKey.newBuilder().setGroup(fact.group()).setMemberId(target.memberId()));
        } else if (fact instanceof Fact.Offset offset) {
            key.setOffset(GroupOffsetKey.newBuilder()
                    .setGroup(fact.group())
                    .setTopicId(bytes(offset.partition().topic()))
                    .setPartition(offset.partition().partition()));
        }
        return key.build();
    }

    private static @Nullable GroupRecordValue value(Fact fact) {
        GroupRecordValue.Builder value = GroupRecordValue.newBuilder();
        if (fact instanceof Fact.Header header && header.value() != null) {
            return value.setGroup(message(header.value())).build();
        }
        if (fact instanceof Fact.Member member && member.value() != null) {
            return value.setMember(message(member.value())).build();
        }
        if (fact instanceof Fact.Target target && target.value() != null) {
            return value.setTarget(GroupTargetValue.newBuilder().addAllPartitions(messages(target.value())))
                    .build();
        }
        if (fact instanceof Fact.Offset offset && offset.value() != null) {
            return value.setOffset(message(offset.value())).build();
        }
        return null;
    }

    private static GroupValue message(StoredHeader header) {
        return GroupValue.newBuilder()
                .setEpoch(header.epoch())
                .setAssignmentEpoch(header.assignmentEpoch())
                .setAssignor(header.assignor())
                .setEmptySinceMs(header.emptySinceMs())
                .build();
    }

    private static StoredHeader header(GroupValue message) {
        return new StoredHeader(
                message.getEpoch(), message.getAssignmentEpoch(), message.getAssignor(), message.getEmptySinceMs());
    }

    private static GroupMemberValue message(StoredMember member) {
        StoredMember.Terms terms = member.terms();
        GroupMemberValue.Builder message = GroupMemberValue.newBuilder()
                .setClientId(terms.clientId())
                .addAllSubscribedTopics(terms.subscription().topics())
                .setAssignor(terms.assignor())
                .setSessionTimeoutMs(terms.sessionTimeoutMs())
                .setRebalanceTimeoutMs(terms.rebalanceTimeoutMs())
                .setEpoch(member.epoch())
                .setPreviousEpoch(member.previousEpoch())
                .addAllAssigned(messages(member.assigned()))
                .addAllRevoking(messages(member.revoking()));
        terms.instanceId().ifPresent(message::setInstanceId);
        terms.rack().ifPresent(message::setRack);
        terms.subscription().regex().ifPresent(message::setSubscribedRegex);
        return message.build();
    }

    private static StoredMember member(GroupMemberValue message) {
        StoredMember.Terms terms = new StoredMember.Terms(
                message.hasInstanceId() ? Optional.of(message.getInstanceId()) : Optional.empty(),
                message.hasRack() ? Optional.of(message.getRack()) : Optional.empty(),
                message.getClientId(),
                new Subscription(
                        new TreeSet<>(message.getSubscribedTopicsList()),
                        message.hasSubscribedRegex() ? Optional.of(message.getSubscribedRegex()) : Optional.empty()),
                message.getAssignor(),
                message.getSessionTimeoutMs(),
                message.getRebalanceTimeoutMs());
        return new StoredMember(
                terms,
                message.getEpoch(),
                message.getPreviousEpoch(),
                partitions(message.getAssignedList()),
                partitions(message.getRevokingList()));
    }

    private static GroupOffsetValue message(StoredOffset offset) {
        GroupOffsetValue.Builder message = GroupOffsetValue.newBuilder()
                .setOffset(offset.offset())
                .setMetadata(offset.metadata())
                .setCommitTimeMs(offset.commitTimeMs());
        offset.leaderEpoch().ifPresent(message::setLeaderEpoch);
        return message.build();
    }

    private static StoredOffset offset(GroupOffsetValue message) {
        return new StoredOffset(
                message.getOffset(),
                message.hasLeaderEpoch() ? OptionalInt.of(message.getLeaderEpoch()) : OptionalInt.empty(),
                message.getMetadata(),
                message.getCommitTimeMs());
    }

    private static List<StoredPartitions> messages(PartitionSet partitions) {
        List<StoredPartitions> messages = new ArrayList<>();
        partitions
                .byTopic()
                .forEach((topic, numbers) -> messages.add(StoredPartitions.newBuilder()
                        .setTopicId(bytes(topic))
                        .addAllPartitions(numbers)
                        .build()));
        return messages;
    }

    private static PartitionSet partitions(List<StoredPartitions> messages) {
        List<PartitionId> partitions = new ArrayList<>();
        for (StoredPartitions message : messages) {
            TopicId topic = topic(message.getTopicId());
            message.getPartitionsList().forEach(number -> partitions.add(new PartitionId(topic, number)));
        }
        return PartitionSet.of(partitions);
    }

    private static ByteString bytes(TopicId topic) {
        return ByteString.copyFrom(topic.bytes());
    }

    private static TopicId topic(ByteString bytes) {
        return TopicId.of(bytes.toByteArray());
    }
}
