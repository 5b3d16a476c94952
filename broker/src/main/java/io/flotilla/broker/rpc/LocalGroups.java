package io.flotilla.broker.rpc;

import io.flotilla.broker.coordinator.GroupListing;
import io.flotilla.broker.coordinator.GroupShards;
import io.flotilla.broker.group.GroupDescription;
import io.flotilla.broker.partition.Reply;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.error.FlotillaException;
import io.flotilla.model.wire.Errors;
import io.flotilla.model.wire.StatusErrors;
import io.flotilla.proto.v1.DeleteGroupsRequest;
import io.flotilla.proto.v1.DeleteGroupsResponse;
import io.flotilla.proto.v1.DescribeGroupsRequest;
import io.flotilla.proto.v1.DescribeGroupsResponse;
import io.flotilla.proto.v1.GroupResult;
import io.flotilla.proto.v1.GroupState;
import io.flotilla.proto.v1.ListGroupsRequest;
import io.flotilla.proto.v1.ListGroupsResponse;
import io.flotilla.proto.v1.ListedGroup;
import io.flotilla.proto.v1.MemberDescription;
import io.flotilla.proto.v1.ResetOffsetsRequest;
import io.flotilla.proto.v1.ResetOffsetsResponse;
import io.flotilla.proto.v1.Subscription;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Answers for the groups that this broker coordinates; what fails for one group is in its result. Any thread. */
final class LocalGroups {
    private final GroupShards shards;

    LocalGroups(GroupShards shards) {
        this.shards = shards;
    }

    CompletableFuture<ListGroupsResponse> list(ListGroupsRequest request) {
        Set<io.flotilla.broker.group.GroupState> states = new TreeSet<>();
        for (GroupState state : request.getStatesList()) {
            known(state, states);
        }
        if (states.isEmpty() && request.getStatesCount() > 0) { // nobody is in what nobody knows
            return CompletableFuture.completedFuture(ListGroupsResponse.getDefaultInstance());
        }
        FutureReply<GroupListing> listing = new FutureReply<>();
        shards.list(states, listing);
        return listing.future()
                .thenApply(all -> ListGroupsResponse.newBuilder()
                        .addAllGroups(all.groups().stream()
                                .map(each -> ListedGroup.newBuilder()
                                        .setGroup(each.group())
                                        .setState(state(each.state()))
                                        .build())
                                .toList())
                        .addAllErrors(
                                all.errors().stream().map(Errors::toMessage).toList())
                        .build());
    }

    CompletableFuture<DescribeGroupsResponse> describe(DescribeGroupsRequest request) {
        return each(request.getGroupsList(), (group, reply) -> shards.describe(group, reply), LocalGroups::description)
                .thenApply(all ->
                        DescribeGroupsResponse.newBuilder().addAllGroups(all).build());
    }

    CompletableFuture<DeleteGroupsResponse> delete(DeleteGroupsRequest request) {
        return LocalGroups.<io.flotilla.broker.group.Decision.Nothing, GroupResult>each(
                        request.getGroupsList(), shards::delete, (group, answer) -> result(group, answer.error()))
                .thenApply(all ->
                        DeleteGroupsResponse.newBuilder().addAllResults(all).build());
    }

    CompletableFuture<ResetOffsetsResponse> reset(ResetOffsetsRequest request) {
        FutureReply<List<io.flotilla.broker.group.OffsetResult>> reply = new FutureReply<>();
        try {
            shards.reset(
                    request.getGroup(),
                    request.getOffsetsList().stream().map(GroupFields::entry).toList(),
                    reply);
        } catch (FlotillaException e) {
            reply.refuse(e.error());
        }
        return reply.future()
                .thenApply(results -> ResetOffsetsResponse.newBuilder()
                        .addAllResults(results.stream().map(GroupFields::result).toList())
                        .build());
    }

    static GroupResult result(String group, @Nullable FlotillaError error) {
        GroupResult.Builder result = GroupResult.newBuilder().setGroup(group);
        if (error != null) {
            result.setError(Errors.toMessage(error));
        }
        return result.build();
    }

    static io.flotilla.proto.v1.GroupDescription failed(String group, FlotillaError error) {
        return io.flotilla.proto.v1.GroupDescription.newBuilder()
                .setGroup(group)
                .setState(
                        error.code() == ErrorCode.GROUP_ID_NOT_FOUND
                                ? GroupState.GROUP_STATE_DEAD
                                : GroupState.GROUP_STATE_UNSPECIFIED)
                .setError(Errors.toMessage(error))
                .build();
    }

    /** An answer, or why there is none. */
    private record Answer<A>(@Nullable A value, @Nullable FlotillaError error) {}

    private static <A, R> CompletableFuture<List<R>> each(
            List<String> groups, BiConsumer<String, Reply<A>> question, BiFunction<String, Answer<A>, R> result) {
        List<CompletableFuture<R>> results = groups.stream()
                .map(group -> {
                    FutureReply<A> reply = new FutureReply<>();
                    question.accept(group, reply);
                    return reply.future()
                            .handle((value, failure) -> result.apply(
                                    group,
                                    new Answer<>(
                                            value,
                                            failure == null
                                                    ? null
                                                    : StatusErrors.ofFailure(FutureReply.cause(failure)))));
                })
                .toList();
        return CompletableFuture.allOf(results.toArray(CompletableFuture[]::new))
                .thenApply(done -> results.stream().map(CompletableFuture::join).toList());
    }

    private static io.flotilla.proto.v1.GroupDescription description(String group, Answer<GroupDescription> answer) {
        GroupDescription found = answer.value();
        if (found == null) {
            return failed(group, answer.error() == null ? unanswered() : answer.error());
        }
        return io.flotilla.proto.v1.GroupDescription.newBuilder()
                .setGroup(group)
                .setState(state(found.state()))
                .setGroupEpoch(found.epoch())
                .setAssignmentEpoch(found.assignmentEpoch())
                .setAssignor(found.assignor())
                .addAllMembers(found.members().stream().map(LocalGroups::member).toList())
                .addAllOffsets(
                        found.offsets().stream().map(GroupFields::committed).toList())
                .build();
    }

    private static FlotillaError unanswered() {
        return FlotillaError.unknown(ErrorCode.UNKNOWN_SERVER_ERROR, "the coordinator had no answer");
    }

    private static MemberDescription member(GroupDescription.Member member) {
        Subscription.Builder subscription =
                Subscription.newBuilder().addAllTopics(member.subscription().topics());
        member.subscription().regex().ifPresent(subscription::setRegex);
        MemberDescription.Builder message = MemberDescription.newBuilder()
                .setMemberId(member.memberId())
                .setClientId(member.clientId())
                .setHost(member.host())
                .setMemberEpoch(member.memberEpoch())
                .setSubscription(subscription)
                .addAllAssigned(
                        member.assigned().stream().map(GroupFields::partitions).toList())
                .addAllTarget(
                        member.target().stream().map(GroupFields::partitions).toList())
                .setConnected(member.connected());
        member.instanceId().ifPresent(message::setInstanceId);
        member.rack().ifPresent(message::setRack);
        return message.build();
    }

    private static void known(GroupState message, Set<io.flotilla.broker.group.GroupState> states) {
        for (io.flotilla.broker.group.GroupState state : io.flotilla.broker.group.GroupState.values()) {
            if (state(state) == message) {
                states.add(state);
            }
        }
    }

    private static GroupState state(io.flotilla.broker.group.GroupState state) {
        return switch (state) {
            case EMPTY -> GroupState.GROUP_STATE_EMPTY;
            case ASSIGNING -> GroupState.GROUP_STATE_ASSIGNING;
            case RECONCILING -> GroupState.GROUP_STATE_RECONCILING;
            case STABLE -> GroupState.GROUP_STATE_STABLE;
        };
    }
}
