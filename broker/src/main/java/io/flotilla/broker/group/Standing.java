package io.flotilla.broker.group;

import static io.flotilla.model.error.ErrorCode.FENCED_MEMBER_EPOCH;
import static io.flotilla.model.error.ErrorCode.GROUP_MAX_SIZE_REACHED;
import static io.flotilla.model.error.ErrorCode.INVALID_REQUEST;
import static io.flotilla.model.error.ErrorCode.STALE_MEMBER_EPOCH;
import static io.flotilla.model.error.ErrorCode.UNKNOWN_MEMBER_ID;
import static io.flotilla.model.error.ErrorCode.UNRELEASED_INSTANCE_ID;

import io.flotilla.model.error.FlotillaError;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Whether somebody may speak for a member, given the state of the group. Stateless. */
final class Standing {
    private Standing() {}

    /** Why a hello that keeps the limits is refused. */
    static Optional<FlotillaError> hello(Hello hello, Context context, long nowNanos) {
        Group group = context.groups().named(hello.group());
        StoredMember member = group == null ? null : group.member(hello.memberId());
        if (hello.memberEpoch() > 0) {
            return member == null || group == null
                    ? Optional.of(unknownMember(hello.group(), hello.memberId()))
                    : comesBack(hello, member, context);
        }
        String place = placeOf(hello, group);
        if (place != null) {
            return lives(hello, place, context, nowNanos);
        }
        int members = group == null ? 0 : group.members().size();
        return member == null && members >= context.settings().membersMax()
                ? Optional.of(Limits.error(
                        GROUP_MAX_SIZE_REACHED,
                        "group " + hello.group() + " has " + members + " members, as many as group.consumer.max.size"
                                + " allows"))
                : Optional.empty();
    }

    /** The id of another member that has the static place which a hello asks for, or null. */
    static @Nullable String placeOf(Hello hello, @Nullable Group group) {
        if (group == null || hello.instanceId().isEmpty()) {
            return null;
        }
        String owner = group.memberOfInstance(hello.instanceId().get());
        return owner == null || owner.equals(hello.memberId()) ? null : owner;
    }

    /** Why a commit is refused as a whole. */
    static Optional<FlotillaError> commit(OffsetCommit commit, @Nullable Group group) {
        if (commit.memberId().isEmpty()) {
            return group == null || !group.hasMembers()
                    ? Optional.empty()
                    : Optional.of(Limits.error(
                            UNKNOWN_MEMBER_ID,
                            "group " + commit.group() + " has "
                                    + group.members().size()
                                    + " members, which alone may commit; stop them, or give a member's id and epoch"));
        }
        StoredMember member = group == null ? null : group.member(commit.memberId());
        if (member == null) {
            return Optional.of(unknownMember(commit.group(), commit.memberId()));
        }
        if (commit.memberEpoch() == member.epoch()) {
            return Optional.empty();
        }
        return Optional.of(
                commit.memberEpoch() < member.epoch()
                        ? Limits.error(
                                STALE_MEMBER_EPOCH,
                                "member " + commit.memberId() + " commits in epoch " + commit.memberEpoch()
                                        + ", and is in " + member.epoch()
                                        + "; take the assignment that comes, and commit"
                                        + " what is still yours")
                        : Limits.error(
                                FENCED_MEMBER_EPOCH,
                                "member " + commit.memberId() + " commits in epoch " + commit.memberEpoch()
                                        + ", and is only in " + member.epoch() + "; join again with epoch 0"));
    }

    static FlotillaError unknownMember(String group, String memberId) {
        return Limits.error(
                UNKNOWN_MEMBER_ID, "group " + group + " has no member " + memberId + "; join with member epoch 0");
    }

    private static Optional<FlotillaError> comesBack(Hello hello, StoredMember member, Context context) {
        if (!member.terms().instanceId().equals(hello.instanceId())) {
            return Optional.of(Limits.error(
                    INVALID_REQUEST,
                    "member " + hello.memberId() + " has the instance id "
                            + member.terms().instanceId().orElse("(none)")
                            + "; to change it, join with member epoch 0"));
        }
        boolean present = hello.memberEpoch() == member.epoch();
        boolean missedTheLast = hello.memberEpoch() == member.previousEpoch()
                && member.held().containsAll(context.topics().existing(hello.owned()));
        return present || missedTheLast
                ? Optional.empty()
                : Optional.of(Limits.error(
                        FENCED_MEMBER_EPOCH,
                        "member " + hello.memberId() + " comes back with epoch " + hello.memberEpoch() + ", and is in "
                                + member.epoch() + "; give all partitions up, and join with member epoch 0"));
    }

    /** Nobody takes the place of a member that is connected, or that may not have found a new coordinator yet. */
    private static Optional<FlotillaError> lives(Hello hello, String owner, Context context, long nowNanos) {
        Session session = context.sessions().of(hello.group(), owner);
        if (session == null) {
            return Optional.empty();
        }
        long graceMs = session.wasHeard()
                ? 0
                : GroupSettings.RETURN_GRACE_MS - TimeUnit.NANOSECONDS.toMillis(nowNanos - session.beganNanos());
        if (!session.isConnected() && graceMs <= 0) {
            return Optional.empty();
        }
        FlotillaError refusal = Limits.error(
                UNRELEASED_INSTANCE_ID,
                "instance id " + hello.instanceId().orElse("") + " belongs to member " + owner + ", which lives");
        return Optional.of(session.isConnected() ? refusal : refusal.withRetryAfterMs(graceMs));
    }
}
