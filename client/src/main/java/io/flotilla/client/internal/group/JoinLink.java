package io.flotilla.client.internal.group;

import io.flotilla.client.internal.group.GroupTransport.Assignment;
import io.flotilla.client.internal.group.GroupTransport.Heartbeat;
import io.flotilla.client.internal.group.GroupTransport.Hello;
import io.flotilla.client.internal.group.GroupTransport.JoinStream;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.Endpoint;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A member's stream to one coordinator: what it has been told, and what it has not answered. Owned by the loop. */
final class JoinLink implements GroupTransport.JoinListener {
    /** How long the answer to a hello may take: the coordinator may have to write it down first. */
    static final long FIRST_ANSWER_NANOS_MAX = TimeUnit.SECONDS.toNanos(3);

    /** How long the answer to a heartbeat may take. */
    static final long ANSWER_NANOS_MAX = TimeUnit.SECONDS.toNanos(2);

    /** No question was answered. */
    static final long UNASKED = Long.MIN_VALUE;

    private final Endpoint coordinator;
    private final Member member;
    private final long openedNanos;
    /** When the hello and the heartbeats that are not answered yet were sent. */
    private final Deque<Long> unanswered = new ArrayDeque<>();

    private @Nullable JoinStream stream;
    private boolean answered;
    private boolean ownedTold = true;
    private boolean subscriptionTold = true;
    /** What the member held, or was to hold, since it last said what it holds. */
    private final Set<GroupPartition> claims = new TreeSet<>();

    private long sentNanos;

    /** Who has the link; called for as long as that lasts. */
    interface Member {
        /**
         * @param askedNanos when the message was sent that is answered with it; {@link #UNASKED} for an assignment of
         *     its own accord
         */
        void assigned(Assignment assignment, long askedNanos);

        /** @param askedNanos when the heartbeat was sent that is answered */
        void alive(int memberEpoch, long askedNanos);

        void refused(JoinLink link, FlotillaError error);

        void broken(JoinLink link, FlotillaError error);

        /** Whether this is the member's link still. */
        boolean has(JoinLink link);
    }

    JoinLink(Endpoint coordinator, Member member, long nowNanos) {
        this.coordinator = coordinator;
        this.member = member;
        this.openedNanos = nowNanos;
        this.sentNanos = nowNanos;
    }

    void open(GroupTransport transport, Hello hello) {
        unanswered.add(openedNanos);
        stream = transport.join(coordinator, hello, this);
    }

    Endpoint coordinator() {
        return coordinator;
    }

    /** Whether the coordinator has accepted the hello. */
    boolean isAnswered() {
        return answered;
    }

    long openedNanos() {
        return openedNanos;
    }

    /**
     * What the member holds has changed.
     *
     * @param before what it held until now; told still if it was not
     * @param offered what it was to hold meanwhile
     */
    void ownedChanged(Collection<GroupPartition> before, Collection<GroupPartition> offered) {
        if (!ownedTold) {
            claims.addAll(before);
        }
        claims.addAll(offered);
        ownedTold = false;
    }

    /** What the member wants has changed. */
    void subscriptionChanged() {
        subscriptionTold = false;
    }

    /** Nanoseconds for which the coordinator may still be silent; Long.MAX_VALUE when it owes no answer. */
    long patienceNanos(long nowNanos) {
        Long asked = unanswered.peek();
        return asked == null
                ? Long.MAX_VALUE
                : asked + (answered ? ANSWER_NANOS_MAX : FIRST_ANSWER_NANOS_MAX) - nowNanos;
    }

    /** Nanoseconds until a heartbeat is due, 0 or less when it is. */
    long untilHeartbeat(long intervalNanos, long nowNanos) {
        if (!answered) {
            return Long.MAX_VALUE;
        }
        return ownedTold && subscriptionTold ? sentNanos + intervalNanos - nowNanos : 0;
    }

    /** Sends a heartbeat, with what has changed since the last; before it one with what came and went meanwhile. */
    void send(Collection<GroupPartition> owned, GroupSubscription subscription, long nowNanos) {
        if (!owned.containsAll(claims)) {
            claims.addAll(owned);
            send(new Heartbeat(Optional.of(new TreeSet<>(claims)), Optional.empty()), nowNanos);
        }
        send(
                new Heartbeat(
                        ownedTold ? Optional.empty() : Optional.of(owned),
                        subscriptionTold ? Optional.empty() : Optional.of(subscription)),
                nowNanos);
        claims.clear();
        ownedTold = true;
        subscriptionTold = true;
    }

    private void send(Heartbeat heartbeat, long nowNanos) {
        sentNanos = nowNanos;
        unanswered.add(nowNanos);
        stream().heartbeat(heartbeat);
    }

    void leave() {
        stream().leave();
    }

    void close() {
        stream().close();
    }

    private JoinStream stream() {
        if (stream == null) {
            throw new IllegalStateException("the stream is not open yet");
        }
        return stream;
    }

    @Override
    public void assigned(Assignment assignment) {
        if (member.has(this)) {
            boolean first = !answered;
            answered = true;
            member.assigned(assignment, first ? askedNanos() : UNASKED);
        }
    }

    @Override
    public void alive(int memberEpoch) {
        if (member.has(this) && answered) {
            member.alive(memberEpoch, askedNanos());
        }
    }

    private long askedNanos() {
        Long asked = unanswered.poll();
        return asked == null ? UNASKED : asked;
    }

    @Override
    public void refused(FlotillaError error) {
        if (member.has(this)) {
            member.refused(this, error);
        }
    }

    @Override
    public void broken(FlotillaError error) {
        if (member.has(this)) {
            member.broken(this, error);
        }
    }
}
