package io.flotilla.broker.group;

import io.flotilla.model.id.PartitionId;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * Takes each member of a group from what it holds towards its target, on its own (KIP-848): first it gives up what is
 * not in the target, then it enters the epoch of the target, then it gets what nobody holds any more. Stateless.
 *
 * <p>A partition counts as given up when the member, on one stream, first said that it holds it and then that it does
 * not: what it says of its partitions crosses what it is told of them, so that the mere absence of a partition may be
 * the absence from before it was told to take it. A new stream begins with what the member holds, and nothing crosses
 * that.
 *
 * <p>Members without a stream stay as they are: they may come back with their epoch.
 */
final class Reconciliation {
    private final Draft draft;
    private final Group group;
    private final Context context;
    private final long nowNanos;

    private Reconciliation(Draft draft, Group group, Context context, long nowNanos) {
        this.draft = draft;
        this.group = group;
        this.context = context;
        this.nowNanos = nowNanos;
    }

    /**
     * Reconciles all members. Those that are to hold something else now, or in another epoch, are pushed their
     * assignments; a member that just said hello is told by the answer instead.
     */
    static void run(Draft draft, Group group, Context context, long nowNanos) {
        Reconciliation reconciliation = new Reconciliation(draft, group, context, nowNanos);
        List<String> members = List.copyOf(group.members().keySet());
        members.forEach(reconciliation::giveUp);
        members.forEach(reconciliation::take);
        members.forEach(reconciliation::tell);
    }

    /** The assignment of a member. */
    static Assignment assignment(StoredMember member, Context context) {
        return new Assignment(
                member.epoch(),
                context.topics().names(member.assigned()),
                context.settings().heartbeatIntervalMs(),
                member.terms().sessionTimeoutMs());
    }

    private void giveUp(String memberId) {
        Session session = context.sessions().of(group.name(), memberId);
        if (session == null || !(session.isConnected() || session.isGone())) {
            return;
        }
        StoredMember member = member(memberId);
        PartitionSet target = group.target(memberId);
        PartitionSet assigned = member.assigned().where(this::exists);
        PartitionSet surplus = assigned.minus(target);
        PartitionSet confirmed = session.isGone() ? PartitionSet.EMPTY : surplus.and(session.owned());
        PartitionSet untold = session.wasTold() ? PartitionSet.EMPTY : surplus.minus(session.owned());
        PartitionSet revoking = member.revoking()
                .where(partition -> exists(partition) && session.owned().contains(partition))
                .plus(confirmed);
        PartitionSet left = session.isGone() ? surplus : confirmed.plus(untold);
        put(memberId, member, member.holding(assigned.minus(left), revoking));
    }

    private void take(String memberId) {
        Session session = context.sessions().of(group.name(), memberId);
        if (session == null || !session.isConnected()) {
            return;
        }
        StoredMember member = member(memberId);
        PartitionSet target = group.target(memberId);
        if (!member.revoking().isEmpty() || !target.containsAll(member.assigned())) {
            session.giveUpBy(
                    nowNanos + TimeUnit.MILLISECONDS.toNanos(member.terms().rebalanceTimeoutMs()));
            context.sessions().schedule(session);
            return;
        }
        session.gaveUp();
        PartitionSet free = target.where(partition -> !group.isHeld(partition));
        StoredMember now = member.holding(member.assigned().plus(free), PartitionSet.EMPTY)
                .inEpoch(Math.max(member.epoch(), group.assignmentEpoch()));
        put(memberId, member, now);
    }

    private void tell(String memberId) {
        Session session = context.sessions().of(group.name(), memberId);
        StoredMember member = member(memberId);
        if (session != null && session.isConnected() && session.wasTold() && !session.isTold(member)) {
            session.tell(member);
            draft.push(new Push.Assigned(session.connection(), assignment(member, context)));
        }
    }

    private StoredMember member(String memberId) {
        return Objects.requireNonNull(group.member(memberId));
    }

    /** A partition of a deleted topic needs not be given up: nobody else will ever get it. */
    private boolean exists(PartitionId partition) {
        return context.topics().has(partition.topic());
    }

    private void put(String memberId, StoredMember before, StoredMember now) {
        if (!now.equals(before)) {
            draft.add(new Fact.Member(group.name(), memberId, now));
        }
    }
}
