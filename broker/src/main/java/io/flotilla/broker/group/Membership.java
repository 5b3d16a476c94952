package io.flotilla.broker.group;

import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Who comes, stays and goes. A change that may change targets raises the group's epoch before anything else, so that a
 * successor which sees only a part of the change computes the targets anew. Of use for one decision.
 */
final class Membership {
    private final Context context;
    private final Draft draft;
    private final Now now;

    Membership(Context context, Draft draft, Now now) {
        this.context = context;
        this.draft = draft;
        this.now = now;
    }

    /** A hello that nothing speaks against. */
    Assignment hello(Hello hello) {
        String group = hello.group();
        String memberId = hello.memberId();
        StoredMember.Terms terms = terms(hello);
        Group before = context.groups().named(group);
        StoredMember known = before == null ? null : before.member(memberId);
        String place = hello.memberEpoch() > 0 ? null : Standing.placeOf(hello, before);
        if (before != null && place != null && known == null) {
            takePlace(before, place, memberId, terms);
        } else if (before != null && known != null) {
            if (place != null) {
                remove(before, place, replaced(place));
            }
            comeBack(before, memberId, known, terms);
        } else {
            join(group, before, memberId, terms);
        }
        return connect(hello, memberId, terms);
    }

    void heartbeat(Heartbeat heartbeat, Session session) {
        Group group = group(session);
        StoredMember member = member(group, session);
        session.endAt(in(member.terms().sessionTimeoutMs()));
        Optional<StoredMember.Terms> terms = heartbeat
                .subscription()
                .filter(subscription -> !subscription.equals(member.terms().subscription()))
                .map(member.terms()::withSubscription);
        terms.ifPresent(changed -> comeBack(group, session.memberId(), member, changed));
        heartbeat.owned().ifPresent(owned -> session.own(context.topics().existing(owned)));
        if (heartbeat.owned().isPresent() && !group.isSettled()) {
            Reconciliation.run(draft, group, context, now.nanos());
        }
        context.sessions().schedule(session);
    }

    void leave(Session session, boolean giveUpStaticPlace) {
        Group group = group(session);
        StoredMember member = member(group, session);
        if (giveUpStaticPlace || !member.isStatic()) {
            session.disconnect();
            remove(group, session.memberId(), Standing.unknownMember(group.name(), session.memberId()));
            return;
        }
        session.go();
        session.endAt(in(member.terms().sessionTimeoutMs()));
        context.sessions().schedule(session);
        Reconciliation.run(draft, group, context, now.nanos());
    }

    /** A dynamic member whose stream broke has a short time to come back, a static one as long as if it were silent. */
    void disconnect(Session session) {
        StoredMember member = member(group(session), session);
        session.disconnect();
        if (!member.isStatic()) {
            session.endAt(Math.min(session.endNanos(), in(GroupSettings.RETURN_GRACE_MS)));
        }
        context.sessions().schedule(session);
    }

    /** Begins the session of a member that the log knows: it has its session timeout to be heard. */
    void expect(Group group, String memberId, StoredMember member) {
        Session session = context.sessions().begin(group.name(), memberId, now.nanos());
        session.endAt(in(member.terms().sessionTimeoutMs()));
        context.sessions().schedule(session);
    }

    /** Removes a member whose time is over. */
    void expire(Session session) {
        Group group = group(session);
        StoredMember member = member(group, session);
        if (session.endNanos() <= now.nanos()) {
            String silence = session.isConnected()
                    ? "said nothing for " + member.terms().sessionTimeoutMs() + " ms"
                    : "lost its stream and did not come back";
            remove(group, session.memberId(), removed(session, silence));
        } else if (session.giveUpByNanos() <= now.nanos()) {
            String slowness =
                    "did not give up partitions within " + member.terms().rebalanceTimeoutMs() + " ms";
            remove(group, session.memberId(), removed(session, slowness));
        } else {
            context.sessions().schedule(session);
        }
    }

    private Assignment connect(Hello hello, String memberId, StoredMember.Terms terms) {
        Group group = Objects.requireNonNull(context.groups().named(hello.group()));
        Session known = context.sessions().of(hello.group(), memberId);
        if (known != null && known.isConnected()) {
            draft.push(new Push.Ended(known.connection(), replaced(memberId)));
        }
        Session session = known == null ? context.sessions().begin(hello.group(), memberId, now.nanos()) : known;
        StoredMember member = member(group, session);
        PartitionSet owned = hello.memberEpoch() == 0
                ? PartitionSet.EMPTY
                : context.topics().existing(hello.owned()).and(member.held());
        session.connect(hello.peer(), owned);
        session.endAt(in(terms.sessionTimeoutMs()));
        context.sessions().schedule(session);
        Reconciliation.run(draft, group, context, now.nanos());
        StoredMember reconciled = member(group, session);
        session.tell(reconciled);
        return Reconciliation.assignment(reconciled, context);
    }

    private void join(String name, @Nullable Group before, String memberId, StoredMember.Terms terms) {
        StoredHeader header = before == null ? null : before.header();
        boolean first = before == null || !before.hasMembers();
        StoredHeader next = (header == null ? StoredHeader.begun(now.wallMs()) : header).nextEpoch();
        draft.add(new Fact.Header(name, next));
        draft.add(new Fact.Member(name, memberId, StoredMember.joining(terms, next.epoch())));
        targetsDue(name, first ? context.settings().initialRebalanceDelayMs() : 0);
    }

    private void comeBack(Group group, String memberId, StoredMember member, StoredMember.Terms terms) {
        if (terms.equals(member.terms())) {
            return;
        }
        raiseUnlessAlike(group, member.terms(), terms);
        draft.add(new Fact.Member(group.name(), memberId, member.with(terms)));
    }

    /**
     * The one who had the place goes first: a successor that sees only that finds partitions without an owner, never
     * with two.
     */
    private void takePlace(Group group, String owner, String memberId, StoredMember.Terms terms) {
        StoredMember member = Objects.requireNonNull(group.member(owner));
        PartitionSet target = group.target(owner);
        raiseUnlessAlike(group, member.terms(), terms);
        removeTarget(group, owner);
        draft.add(new Fact.Member(group.name(), owner, null));
        context.sessions().end(group.name(), owner);
        draft.add(new Fact.Member(
                group.name(),
                memberId,
                StoredMember.joining(terms, group.epoch()).holding(member.assigned(), PartitionSet.EMPTY)));
        if (!target.isEmpty()) {
            draft.add(new Fact.Target(group.name(), memberId, target));
        }
    }

    private void raiseUnlessAlike(Group group, StoredMember.Terms before, StoredMember.Terms after) {
        if (!after.assignsLike(before)) {
            draft.add(new Fact.Header(
                    group.name(), Objects.requireNonNull(group.header()).nextEpoch()));
            targetsDue(group.name(), 0);
        }
    }

    private void remove(Group group, String memberId, FlotillaError why) {
        StoredHeader next = Objects.requireNonNull(group.header()).nextEpoch();
        boolean last = group.members().size() == 1;
        draft.add(new Fact.Header(group.name(), last ? next.emptySince(now.wallMs()) : next));
        removeTarget(group, memberId);
        draft.add(new Fact.Member(group.name(), memberId, null));
        Session session = context.sessions().of(group.name(), memberId);
        if (session != null && session.isConnected()) {
            draft.push(new Push.Ended(session.connection(), why));
        }
        context.sessions().end(group.name(), memberId);
        if (!last) {
            targetsDue(group.name(), 0);
        }
    }

    private void removeTarget(Group group, String memberId) {
        if (group.targets().containsKey(memberId)) {
            draft.add(new Fact.Target(group.name(), memberId, null));
        }
    }

    private void targetsDue(String group, int delayMs) {
        context.sessions().targetsDueAt(group, in(delayMs));
    }

    private long in(int ms) {
        return now.nanos() + TimeUnit.MILLISECONDS.toNanos(ms);
    }

    private Group group(Session session) {
        return Objects.requireNonNull(context.groups().named(session.group()));
    }

    private static StoredMember member(Group group, Session session) {
        return Objects.requireNonNull(group.member(session.memberId()));
    }

    private StoredMember.Terms terms(Hello hello) {
        GroupSettings settings = context.settings();
        return new StoredMember.Terms(
                hello.instanceId(),
                hello.rack(),
                hello.peer().clientId(),
                hello.subscription(),
                hello.assignor(),
                hello.sessionTimeoutMs() == 0 ? settings.sessionTimeoutMs() : hello.sessionTimeoutMs(),
                hello.rebalanceTimeoutMs() == 0 ? GroupSettings.REBALANCE_TIMEOUT_MS : hello.rebalanceTimeoutMs());
    }

    private static FlotillaError replaced(String memberId) {
        return Limits.error(
                ErrorCode.UNKNOWN_MEMBER_ID, "member " + memberId + " has another stream now; this one ends");
    }

    private static FlotillaError removed(Session session, String why) {
        return Limits.error(
                ErrorCode.UNKNOWN_MEMBER_ID,
                "member " + session.memberId() + " was removed from group " + session.group() + ": it " + why
                        + "; join with member epoch 0");
    }
}
