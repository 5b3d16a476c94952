package io.flotilla.broker.group;

import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The soft state of all groups: sessions of members, and when which group's targets are due. Lost on a fail-over, and
 * begun anew by the next coordinator. One thread.
 */
final class Sessions {
    /** A moment at which to look at a member, or, where there is none, at a group. */
    record Timer(
            long nanos,
            long sequence,
            String group,
            @Nullable String memberId) implements Comparable<Timer> {
        @Override
        public int compareTo(Timer other) {
            return nanos != other.nanos ? Long.compare(nanos, other.nanos) : Long.compare(sequence, other.sequence);
        }
    }

    private final Map<String, Map<String, Session>> byGroup = new TreeMap<>();
    private final Map<String, Long> targetsDue = new TreeMap<>();
    private final PriorityQueue<Timer> timers = new PriorityQueue<>();
    private long sequence;

    /** The member's session; every member has one from {@link GroupCore#loaded} on. */
    @Nullable
    Session of(String group, String memberId) {
        Map<String, Session> members = byGroup.get(group);
        return members == null ? null : members.get(memberId);
    }

    /** The session of a member on a connection, or null when it is not, or no longer, the member's. */
    @Nullable
    Session on(StreamOfMember stream) {
        Session session = of(stream.group(), stream.memberId());
        return session != null && session.isOn(stream.connection()) ? session : null;
    }

    Session begin(String group, String memberId, long nowNanos) {
        Session session = new Session(group, memberId, nowNanos);
        byGroup.computeIfAbsent(group, none -> new TreeMap<>()).put(memberId, session);
        return session;
    }

    void end(String group, String memberId) {
        byGroup.computeIfPresent(group, (same, members) -> {
            members.remove(memberId);
            return members.isEmpty() ? null : members;
        });
    }

    /** To be called when a session's dates have changed: its timer is never later than they are. */
    void schedule(Session session) {
        if (session.dueNanos() < session.timerNanos()) {
            session.timerAt(session.dueNanos());
            timers.add(new Timer(session.dueNanos(), sequence++, session.group(), session.memberId()));
        }
    }

    /** The group's targets are to be computed at a time; a date that there is stays. */
    void targetsDueAt(String group, long nanos) {
        if (targetsDue.putIfAbsent(group, nanos) == null) {
            timers.add(new Timer(nanos, sequence++, group, null));
        }
    }

    /** Whether the targets of a group are due at a time; if so, they are no longer. */
    boolean takeTargetsDue(String group, long nanos) {
        Long due = targetsDue.get(group);
        if (due == null || due > nanos) {
            return false;
        }
        targetsDue.remove(group);
        return true;
    }

    /** The next timer that is due, which is none any more; or null. */
    @Nullable
    Timer takeTimer(long nowNanos) {
        Timer first = timers.peek();
        return first == null || first.nanos() > nowNanos ? null : timers.poll();
    }

    /** The session that a timer is for, or null when another timer counts for it. */
    @Nullable
    Session of(Timer timer) {
        Session session = timer.memberId() == null ? null : of(timer.group(), timer.memberId());
        if (session == null || session.timerNanos() != timer.nanos()) {
            return null;
        }
        session.timerAt(Session.NEVER);
        return session;
    }

    long nextNanos() {
        Timer first = timers.peek();
        return first == null ? Session.NEVER : first.nanos();
    }
}
