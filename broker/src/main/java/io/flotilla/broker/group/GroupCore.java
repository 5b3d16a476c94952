package io.flotilla.broker.group;

import io.flotilla.broker.group.Decision.Nothing;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.error.Invariant;
import io.flotilla.model.id.TopicId;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * All groups of one partition of {@code __consumer_offsets}: what survives a fail-over, which is the replay of that
 * partition's records, and what does not, which is who is connected and when it was heard.
 *
 * <p>Life: {@link #replay} every record of the log, then {@link #loaded} once, then any inputs, each with a time that
 * never goes back. Every decision's records are replayed here before it is returned, so that the next one builds on
 * them; the shell appends them in order, and gives answers and pushes, in order, once all that was decided before is
 * committed (R18). When an append is refused, or its outcome unknown, or the leader epoch is lost, this object is
 * thrown away and another one is loaded from the log. Any prefix of the records is a state to go on from.
 *
 * <p>Targets are computed in {@link #tick}, for many inputs at once: call it when {@link #nextDeadlineNanos} has come,
 * which after a change of a group is at once, best after a batch of inputs.
 *
 * <p>One thread. Nothing to close.
 */
public final class GroupCore {
    private final OffsetExpiry expiry = new OffsetExpiry();
    private Context context;
    private boolean loaded;

    /**
     * Groups of which nothing is known yet.
     *
     * @param settings limits and times
     * @param assignors one or more with different names; the first is the default
     */
    public GroupCore(GroupSettings settings, List<Assignor> assignors) {
        if (assignors.isEmpty()) {
            throw new IllegalArgumentException("without an assignor nothing can be shared out");
        }
        this.context = new Context(
                settings,
                new Groups(),
                new Sessions(),
                GroupTopics.NONE,
                new TopicPatterns(GroupTopics.NONE),
                List.copyOf(assignors));
    }

    /**
     * One record of the log, oldest first; before {@link #loaded} only. Records of other kinds than this version knows
     * are skipped. Throws IllegalArgumentException where the bytes are no record of groups.
     */
    public void replay(GroupRecord record) {
        Invariant.check(!loaded, "a record is replayed although the log was");
        GroupRecords.decode(record).ifPresent(context.groups()::apply);
    }

    /**
     * The whole log was replayed. Every member gets its session timeout to be heard again. What a predecessor left
     * half-done is completed.
     *
     * @param topics of a metadata revision that is not before the leadership's, so that a topic that is not there was
     *     deleted
     */
    public Decision<Nothing> loaded(GroupTopics topics, Now now) {
        Invariant.check(!loaded, "the log is loaded twice");
        loaded = true;
        context = context.with(topics);
        Draft draft = new Draft(context.groups());
        for (Group group : List.copyOf(context.groups().all())) {
            Takeover.run(group, context, draft, now);
        }
        expiry.start(context.settings(), now.nanos());
        return draft.done();
    }

    /** The metadata changed; costs next to nothing unless topics were created, deleted or extended. */
    public Decision<Nothing> topicsChanged(GroupTopics topics, Now now) {
        GroupTopics before = context.topics();
        context = context.with(topics);
        Draft draft = new Draft(context.groups());
        if (!topics.sameAs(before)) {
            List<TopicId> deleted = before.deletedIn(topics);
            for (Group group : List.copyOf(context.groups().all())) {
                deleted.forEach(topic -> CommittedOffsets.forget(group, topic, draft));
                Takeover.renewTargets(group, context, draft, now);
            }
        }
        return draft.done();
    }

    /**
     * A member joins, or comes back. The answer is what it is to hold so far, often nothing until the first push. An
     * earlier stream of the member gets a {@link Push.Ended}.
     *
     * <p>Refused with INVALID_GROUP_ID, INVALID_REQUEST (ids, epoch, timeouts, names), INVALID_SESSION_TIMEOUT,
     * INVALID_REGULAR_EXPRESSION, UNSUPPORTED_ASSIGNOR, GROUP_MAX_SIZE_REACHED, UNRELEASED_INSTANCE_ID (with a retry
     * delay where waiting helps), UNKNOWN_MEMBER_ID and FENCED_MEMBER_EPOCH.
     */
    public Decision<Assignment> hello(Hello hello, Now now) {
        Optional<FlotillaError> refusal =
                Limits.hello(hello, context).or(() -> Standing.hello(hello, context, now.nanos()));
        if (refusal.isPresent()) {
            return Draft.refuse(refusal.get());
        }
        Draft draft = new Draft(context.groups());
        return draft.give(new Membership(context, draft, now).hello(hello));
    }

    /**
     * A member was heard. The answer is its epoch. Refused with UNKNOWN_MEMBER_ID where the connection is not, or no
     * longer, the member's, and with INVALID_REGULAR_EXPRESSION or INVALID_REQUEST for a subscription that cannot be.
     */
    public Decision<Integer> heartbeat(Heartbeat heartbeat, Now now) {
        Session session = context.sessions().on(heartbeat.stream());
        if (session == null) {
            return refuseStranger(heartbeat.stream());
        }
        Optional<FlotillaError> refusal = heartbeat.subscription().flatMap(Limits::subscription);
        if (refusal.isPresent()) {
            return Draft.refuse(refusal.get());
        }
        int told = session.toldEpoch();
        Draft draft = new Draft(context.groups());
        new Membership(context, draft, now).heartbeat(heartbeat, session);
        return draft.give(told);
    }

    /**
     * A member goes. A static one keeps its partitions for its session timeout, unless it gives up its place. Refused
     * with UNKNOWN_MEMBER_ID where the connection is not the member's.
     */
    public Decision<Nothing> leave(StreamOfMember stream, boolean giveUpStaticPlace, Now now) {
        Session session = context.sessions().on(stream);
        if (session == null) {
            return refuseStranger(stream);
        }
        Draft draft = new Draft(context.groups());
        new Membership(context, draft, now).leave(session, giveUpStaticPlace);
        return draft.done();
    }

    /**
     * A member's stream broke, or ended without a leave: it has {@link GroupSettings#RETURN_GRACE_MS} to come back, a
     * static one its session timeout. Nothing happens when the connection is not, or no longer, the member's. Changes
     * nothing that is logged; {@link #nextDeadlineNanos} may come nearer.
     */
    public void disconnected(StreamOfMember stream, Now now) {
        Session session = context.sessions().on(stream);
        if (session != null) {
            new Membership(context, new Draft(context.groups()), now).disconnect(session);
        }
    }

    /**
     * Does what is due: targets, members whose time is over, offsets that expired. Does at most a bounded amount, and
     * has a deadline in the past when there is more.
     */
    public Decision<Nothing> tick(Now now) {
        Draft draft = new Draft(context.groups());
        Membership membership = new Membership(context, draft, now);
        while (draft.size() < GroupSettings.RECORDS_PER_TICK_MAX) {
            Sessions.Timer timer = context.sessions().takeTimer(now.nanos());
            if (timer == null) {
                break;
            }
            Session session = context.sessions().of(timer);
            if (session != null) {
                membership.expire(session);
            } else if (timer.memberId() == null) {
                assign(timer.group(), draft, now);
            }
        }
        expiry.run(context, draft, now);
        return draft.done();
    }

    /** When to call {@link #tick} next, nanoseconds of {@link Now}; Long.MAX_VALUE when nothing will ever be due. */
    public long nextDeadlineNanos() {
        long sessions = context.sessions().nextNanos();
        return context.groups().all().isEmpty() ? sessions : Math.min(sessions, expiry.nextNanos());
    }

    /**
     * Commits offsets. The answer has a result for each entry, in their order.
     *
     * <p>Refused as a whole with INVALID_GROUP_ID, INVALID_REQUEST (number of entries), UNKNOWN_MEMBER_ID (also from
     * outside where the group has members), STALE_MEMBER_EPOCH and FENCED_MEMBER_EPOCH (of an epoch that the member
     * cannot know). An entry is refused with UNKNOWN_TOPIC_OR_PARTITION, UNKNOWN_TOPIC_ID, OFFSET_METADATA_TOO_LARGE or
     * INVALID_REQUEST.
     */
    public Decision<List<OffsetResult>> commit(OffsetCommit commit, Now now) {
        Optional<FlotillaError> refusal = Limits.group(commit.group())
                .or(() -> Limits.offsetCount(commit.offsets().size()))
                .or(() -> Standing.commit(commit, context.groups().named(commit.group())));
        if (refusal.isPresent()) {
            return Draft.refuse(refusal.get());
        }
        Draft draft = new Draft(context.groups());
        return draft.give(CommittedOffsets.commit(commit, context, draft, now.wallMs()));
    }

    /**
     * Committed offsets of a group, in the order of topic ids and partitions; none for a group that does not exist.
     * Refused with INVALID_GROUP_ID.
     *
     * @param wanted empty means all
     */
    public Decision<List<FetchedOffset>> fetchOffsets(String group, List<NamedPartitions> wanted) {
        Optional<FlotillaError> refusal = Limits.group(group);
        if (refusal.isPresent()) {
            return Draft.refuse(refusal.get());
        }
        Group known = context.groups().named(group);
        return Draft.answer(
                wanted.isEmpty() ? CommittedOffsets.all(known, context) : CommittedOffsets.of(known, wanted, context));
    }

    /** A group. Refused with GROUP_ID_NOT_FOUND. */
    public Decision<GroupDescription> describe(String group) {
        Group known = context.groups().named(group);
        return known == null ? Draft.refuse(notFound(group)) : Draft.answer(Descriptions.describe(known, context));
    }

    /**
     * All groups, in the order of their names.
     *
     * @param states only groups in these; empty means all
     */
    public Decision<List<ListedGroup>> list(Set<GroupState> states) {
        return Draft.answer(Descriptions.list(states, context));
    }

    /** Deletes a group with its offsets. Refused with GROUP_ID_NOT_FOUND and NON_EMPTY_GROUP. */
    public Decision<Nothing> delete(String group) {
        Group known = context.groups().named(group);
        if (known == null) {
            return Draft.refuse(notFound(group));
        }
        if (known.hasMembers()) {
            return Draft.refuse(nonEmpty(known));
        }
        Draft draft = new Draft(context.groups());
        boolean hadHeader = known.header() != null;
        List.copyOf(known.offsets().keySet()).forEach(partition -> draft.add(new Fact.Offset(group, partition, null)));
        if (hadHeader) {
            draft.add(new Fact.Header(group, null));
        }
        return draft.done();
    }

    /**
     * Sets or takes away offsets of a group without members: all, or none where one entry is refused. Refused as
     * {@link #commit} is, and with NON_EMPTY_GROUP.
     */
    public Decision<List<OffsetResult>> reset(String group, List<OffsetCommit.Entry> offsets, Now now) {
        Group known = context.groups().named(group);
        Optional<FlotillaError> refusal = Limits.group(group).or(() -> Limits.offsetCount(offsets.size()));
        if (refusal.isEmpty() && known != null && known.hasMembers()) {
            refusal = Optional.of(nonEmpty(known));
        }
        if (refusal.isPresent()) {
            return Draft.refuse(refusal.get());
        }
        Draft draft = new Draft(context.groups());
        return draft.give(CommittedOffsets.reset(group, offsets, context, draft, now.wallMs()));
    }

    /** The state that survives, as records: replaying them into another core gives an equal state. For tests. */
    public Collection<GroupRecord> snapshot() {
        return context.groups().facts().stream().map(GroupRecords::encode).toList();
    }

    private void assign(String name, Draft draft, Now now) {
        Group group = context.groups().named(name);
        if (context.sessions().takeTargetsDue(name, now.nanos()) && group != null && group.hasMembers()) {
            Targets.compute(draft, group, context);
            Reconciliation.run(draft, group, context, now.nanos());
        }
    }

    private static <R> Decision<R> refuseStranger(StreamOfMember stream) {
        return Draft.refuse(Standing.unknownMember(stream.group(), stream.memberId()));
    }

    private static FlotillaError notFound(String group) {
        return Limits.error(ErrorCode.GROUP_ID_NOT_FOUND, "there is no group " + group);
    }

    private static FlotillaError nonEmpty(Group group) {
        return Limits.error(
                ErrorCode.NON_EMPTY_GROUP,
                "group " + group.name() + " has " + group.members().size()
                        + " members; stop them, and wait until the group is empty");
    }
}
