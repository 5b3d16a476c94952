package io.flotilla.client;

import io.flotilla.client.internal.rpc.GroupCalls;
import io.flotilla.model.error.FlotillaException;
import io.flotilla.proto.v1.DeleteGroupsRequest;
import io.flotilla.proto.v1.DescribeGroupsRequest;
import io.flotilla.proto.v1.ListGroupsRequest;
import io.flotilla.proto.v1.OffsetToReset;
import io.flotilla.proto.v1.ResetOffsetsRequest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Looks at consumer groups, and changes those that have no members. Calls run on the caller's thread; any broker
 * answers, by asking the coordinators. Belongs to an {@link Admin}, which closes it. Safe for any number of threads.
 *
 * <p>Every method throws {@link FlotillaException} when the call as a whole fails.
 */
public final class GroupAdmin {
    private static final int GROUPS_PER_CALL = 1_000;

    private final GroupCalls calls;

    GroupAdmin(GroupCalls calls) {
        this.calls = calls;
    }

    /**
     * The groups of the cluster.
     *
     * @param states only groups in these; empty means all
     */
    public ConsumerGroupListings listConsumerGroups(Collection<ConsumerGroupState> states) {
        return GroupAdminMessages.listings(calls.list(ListGroupsRequest.newBuilder()
                .addAllStates(new TreeSet<>(states)
                        .stream().map(GroupAdminMessages::message).toList())
                .build()));
    }

    /** Groups, in the order of the names; one that does not exist has an error, and so has one that cannot be asked. */
    public List<ConsumerGroupDescription> describeConsumerGroups(Collection<String> groups) {
        List<ConsumerGroupDescription> described = new ArrayList<>();
        for (List<String> some : portions(groups)) {
            calls.describe(DescribeGroupsRequest.newBuilder().addAllGroups(some).build()).getGroupsList().stream()
                    .map(GroupAdminMessages::description)
                    .forEach(described::add);
        }
        return described;
    }

    /**
     * Deletes groups without members, each on its own, with what they committed: NON_EMPTY_GROUP where there are some.
     */
    public List<OperationResult<String>> deleteConsumerGroups(Collection<String> groups) {
        List<OperationResult<String>> results = new ArrayList<>();
        for (List<String> some : portions(groups)) {
            calls.delete(DeleteGroupsRequest.newBuilder().addAllGroups(some).build()).getResultsList().stream()
                    .map(GroupAdminMessages::result)
                    .forEach(results::add);
        }
        return results;
    }

    /**
     * How far a group has come; a partition without a commit is missing.
     *
     * @throws FlotillaException GROUP_ID_NOT_FOUND when there is no such group
     */
    public SortedMap<TopicPartition, CommittedOffset> listConsumerGroupOffsets(String group) {
        return describeConsumerGroups(List.of(group)).get(0).orThrow().offsets();
    }

    /**
     * Sets what a group without members has committed, of at most 10,000 partitions: all or nothing. A group that does
     * not exist comes into being.
     *
     * @throws FlotillaException NON_EMPTY_GROUP when it has members
     */
    public List<OperationResult<TopicPartition>> alterConsumerGroupOffsets(
            String group, Map<TopicPartition, Long> offsets) {
        ResetOffsetsRequest.Builder request = ResetOffsetsRequest.newBuilder().setGroup(group);
        new TreeMap<>(offsets)
                .forEach((partition, offset) ->
                        request.addOffsets(GroupAdminMessages.place(partition).setOffset(offset)));
        return reset(request);
    }

    /**
     * Forgets what a group without members has committed for at most 10,000 partitions: all or nothing.
     *
     * @throws FlotillaException NON_EMPTY_GROUP when it has members
     */
    public List<OperationResult<TopicPartition>> deleteConsumerGroupOffsets(
            String group, Collection<TopicPartition> partitions) {
        List<OffsetToReset> places = new TreeSet<>(partitions)
                .stream()
                        .map(partition -> GroupAdminMessages.place(partition).build())
                        .toList();
        return reset(ResetOffsetsRequest.newBuilder().setGroup(group).addAllOffsets(places));
    }

    private List<OperationResult<TopicPartition>> reset(ResetOffsetsRequest.Builder request) {
        return calls.reset(request.build()).getResultsList().stream()
                .map(GroupAdminMessages::result)
                .toList();
    }

    private static List<List<String>> portions(Collection<String> groups) {
        List<String> all = List.copyOf(groups);
        List<List<String>> portions = new ArrayList<>();
        for (int from = 0; from < all.size(); from += GROUPS_PER_CALL) {
            portions.add(all.subList(from, Math.min(all.size(), from + GROUPS_PER_CALL)));
        }
        return portions;
    }
}
