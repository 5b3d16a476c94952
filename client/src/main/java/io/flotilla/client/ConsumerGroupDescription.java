package io.flotilla.client;

import io.flotilla.model.error.FlotillaError;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * A consumer group, its members, and how far it has come.
 *
 * @param epoch counts what changed who is to read what
 * @param assignmentEpoch the epoch that the targets of the members are of
 * @param assignor that shares the partitions out; empty before there was anybody to share among
 * @param coordinator who decides for the group
 * @param offsets by partition; a partition without a commit is missing
 * @param error why there is nothing more to say: GROUP_ID_NOT_FOUND, or why the coordinator could not be asked
 */
public record ConsumerGroupDescription(
        String group,
        ConsumerGroupState state,
        int epoch,
        int assignmentEpoch,
        String assignor,
        Coordinator coordinator,
        List<GroupMemberDescription> members,
        SortedMap<TopicPartition, CommittedOffset> offsets,
        Optional<FlotillaError> error) {
    /**
     * The broker that decides for a group.
     *
     * @param endpoint of its client listener, "host:port"; empty when unknown
     */
    public record Coordinator(int brokerId, String endpoint) {}

    /** Throws the error as an exception, if there is one. */
    public ConsumerGroupDescription orThrow() {
        error.ifPresent(failure -> {
            throw failure.exception();
        });
        return this;
    }
}
