package io.flotilla.broker.group;

import io.flotilla.broker.group.Decision.Nothing;
import java.util.Collection;
import java.util.List;
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
    /**
     * Groups of which nothing is known yet.
     *
     * @param settings limits and times
     * @param assignors one or more with different names; the first is the default
     */
    public GroupCore(GroupSettings settings, List<Assignor> assignors) {
        throw new UnsupportedOperationException();
    }

    /**
     * One record of the log, oldest first; before {@link #loaded} only. Records of other kinds than this version knows
     * are skipped. Throws IllegalArgumentException where the bytes are no record of groups.
     */
    public void replay(GroupRecord record) {
        throw new UnsupportedOperationException();
    }

    /**
     * The whole log was replayed. Every member gets its session timeout to be heard again. What a predecessor left
     * half-done is completed.
     *
     * @param topics of a metadata revision that is not before the leadership's, so that a topic that is not there was
     *     deleted
     */
    public Decision<Nothing> loaded(GroupTopics topics, Now now) {
        throw new UnsupportedOperationException();
    }

    /** The metadata changed; costs next to nothing unless topics were created, deleted or extended. */
    public Decision<Nothing> topicsChanged(GroupTopics topics, Now now) {
        throw new UnsupportedOperationException();
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
        throw new UnsupportedOperationException();
    }

    /**
     * A member was heard. The answer is its epoch. Refused with UNKNOWN_MEMBER_ID where the connection is not, or no
     * longer, the member's, and with INVALID_REGULAR_EXPRESSION or INVALID_REQUEST for a subscription that cannot be.
     */
    public Decision<Integer> heartbeat(Heartbeat heartbeat, Now now) {
        throw new UnsupportedOperationException();
    }

    /**
     * A member goes. A static one keeps its partitions for its session timeout, unless it gives up its place. Refused
     * with UNKNOWN_MEMBER_ID where the connection is not the member's.
     */
    public Decision<Nothing> leave(StreamOfMember stream, boolean giveUpStaticPlace, Now now) {
        throw new UnsupportedOperationException();
    }

    /**
     * A member's stream broke, or ended without a leave: it has {@link GroupSettings#RETURN_GRACE_MS} to come back, a
     * static one its session timeout. Nothing happens when the connection is not, or no longer, the member's. Changes
     * nothing that is logged; {@link #nextDeadlineNanos} may come nearer.
     */
    public void disconnected(StreamOfMember stream, Now now) {
        throw new UnsupportedOperationException();
    }

    /**
     * Does what is due: targets, members whose time is over, offsets that expired. Does at most a bounded amount, and
     * has a deadline in the past when there is more.
     */
    public Decision<Nothing> tick(Now now) {
        throw new UnsupportedOperationException();
    }

    /** When to call {@link #tick} next, nanoseconds of {@link Now}; Long.MAX_VALUE when nothing will ever be due. */
    public long nextDeadlineNanos() {
        throw new UnsupportedOperationException();
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
        throw new UnsupportedOperationException();
    }

    /**
     * Committed offsets of a group, in the order of topic ids and partitions; none for a group that does not exist.
     * Refused with INVALID_GROUP_ID.
     *
     * @param wanted empty means all
     */
    public Decision<List<FetchedOffset>> fetchOffsets(String group, List<NamedPartitions> wanted) {
        throw new UnsupportedOperationException();
    }

    /** A group. Refused with GROUP_ID_NOT_FOUND. */
    public Decision<GroupDescription> describe(String group) {
        throw new UnsupportedOperationException();
    }

    /**
     * All groups, in the order of their names.
     *
     * @param states only groups in these; empty means all
     */
    public Decision<List<ListedGroup>> list(Set<GroupState> states) {
        throw new UnsupportedOperationException();
    }

    /** Deletes a group with its offsets. Refused with GROUP_ID_NOT_FOUND and NON_EMPTY_GROUP. */
    public Decision<Nothing> delete(String group) {
        throw new UnsupportedOperationException();
    }

    /**
     * Sets or takes away offsets of a group without members: all, or none where one entry is refused. Refused as
     * {@link #commit} is, and with NON_EMPTY_GROUP.
     */
    public Decision<List<OffsetResult>> reset(String group, List<OffsetCommit.Entry> offsets, Now now) {
        throw new UnsupportedOperationException();
    }

    /** The state that survives, as records: replaying them into another core gives an equal state. For tests. */
    public Collection<GroupRecord> snapshot() {
        throw new UnsupportedOperationException();
    }
}
