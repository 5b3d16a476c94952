package io.flotilla.sim.group;

import com.google.protobuf.InvalidProtocolBufferException;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.record.RecordReader;
import io.flotilla.model.wire.Ids;
import io.flotilla.proto.internal.v1.GroupMemberValue;
import io.flotilla.proto.internal.v1.GroupRecordKey;
import io.flotilla.proto.internal.v1.GroupRecordValue;
import io.flotilla.proto.internal.v1.StoredPartitions;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** What one committed record says of a group: the value of a key from now on, or that it has none any more. */
sealed interface GroupLine {
    String group();

    /** Whether the key has no value any more. */
    boolean removed();

    /** The group as a whole. */
    record Header(String group, boolean removed, int epoch, int assignmentEpoch) implements GroupLine {}

    /**
     * A member.
     *
     * @param held what it is to hold, and what it has not given up yet
     */
    record Member(String group, String id, boolean removed, int epoch, TreeSet<PartitionId> held)
            implements GroupLine {}

    /**
     * A committed offset.
     *
     * @param author the member that says to have committed it
     */
    record Offset(String group, PartitionId partition, boolean removed, long offset, String author)
            implements GroupLine {}

    /** What a record says; empty for targets, which bind nobody. */
    static Optional<GroupLine> of(RecordReader record) {
        byte[] key = record.keyBytes();
        byte[] value = record.valueBytes();
        if (key == null) {
            return Optional.empty();
        }
        try {
            boolean removed = value == null;
            return of(
                    GroupRecordKey.parseFrom(key),
                    removed,
                    value == null ? GroupRecordValue.getDefaultInstance() : GroupRecordValue.parseFrom(value));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("a record of groups is none: " + e.getMessage(), e);
        }
    }

    private static Optional<GroupLine> of(GroupRecordKey key, boolean removed, GroupRecordValue value) {
        return switch (key.getKindCase()) {
            case GROUP ->
                Optional.of(new Header(
                        key.getGroup().getGroup(),
                        removed,
                        value.getGroup().getEpoch(),
                        value.getGroup().getAssignmentEpoch()));
            case MEMBER ->
                Optional.of(new Member(
                        key.getMember().getGroup(),
                        key.getMember().getMemberId(),
                        removed,
                        value.getMember().getEpoch(),
                        held(value.getMember())));
            case OFFSET ->
                Optional.of(new Offset(
                        key.getOffset().getGroup(),
                        new PartitionId(
                                Ids.topic(key.getOffset().getTopicId()),
                                key.getOffset().getPartition()),
                        removed,
                        value.getOffset().getOffset(),
                        value.getOffset().getMetadata()));
            case TARGET, KIND_NOT_SET -> Optional.empty();
        };
    }

    private static TreeSet<PartitionId> held(GroupMemberValue member) {
        TreeSet<PartitionId> held = new TreeSet<>();
        add(member.getAssignedList(), held);
        add(member.getRevokingList(), held);
        return held;
    }

    private static void add(List<StoredPartitions> stored, TreeSet<PartitionId> into) {
        for (StoredPartitions topic : stored) {
            for (int partition : topic.getPartitionsList()) {
                into.add(new PartitionId(Ids.topic(topic.getTopicId()), partition));
            }
        }
    }
}
