package io.flotilla.client.internal.group;

import io.flotilla.client.internal.group.GroupTransport.Assignment;
import io.flotilla.client.internal.group.GroupTransport.Hello;
import io.flotilla.client.internal.routing.Backoff;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.Endpoint;
import java.util.Collection;
import java.util.NavigableSet;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One member of a group, after KIP-848: joins, shows that it is alive, hears what to hold, says what it holds, and
 * comes back with the same id and epoch when its stream breaks. It holds on for its session timeout without a
 * coordinator; then, or when the coordinator says so, it has lost everything and joins anew. Owned by the client's
 * loop.
 */
public final class Membership {
    private static final Logger LOG = LoggerFactory.getLogger(Membership.class);
    /** How long a coordinator may take to end the stream of a member that leaves. */
    static final long LEAVE_NANOS_MAX = TimeUnit.SECONDS.toNanos(2);

    /** A stream that broke sooner than this counts as a failure, however well it began. */
    static final long WORKED_AFTER_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final long NEVER = Long.MAX_VALUE;

    private final GroupSettings settings;
    private final String memberId;
    private final GroupTransport transport;
    private final CoordinatorSearch search;
    private final PollDeadline polls;
    private final Consumer<GroupSnapshot> announcements;
    private final Backoff backoff;
    private final JoinLink.Member listener = new Listener();

    private Phase phase = Phase.OUT;
    private @Nullable GroupSubscription subscription;
    private GroupSnapshot shown = GroupSnapshot.NONE;
    /** 0 while it is no member. */
    private int epoch;

    private NavigableSet<GroupPartition> owned = new TreeSet<>();
    private final Offers offers = new Offers();
    private @Nullable JoinLink link;
    private @Nullable Runnable whenLeft;
    /** When the last message that the coordinator has answered was sent. */
    private long provenNanos;

    private long heartbeatNanos = JoinLink.ANSWER_NANOS_MAX;
    private long sessionNanos = NEVER;
    private long leavingSinceNanos;
    private long now;
    /** A pause that begins at the next advance: callbacks do not know the time. */
    private long pauseNanos;

    private long notBeforeNanos = Long.MIN_VALUE;

    private enum Phase {
        /** Does not want to be a member, or cannot. */
        OUT,
        /** Is a member or becomes one. */
        IN,
        /** Has said goodbye. */
        LEAVING
    }

    /** What a membership talks to. */
    public record Ports(
            GroupTransport transport,
            CoordinatorSearch search,
            PollDeadline polls,
            Consumer<GroupSnapshot> announcements,
            RandomGenerator random) {}

    /** @param memberId the same for the member's whole life, and nobody else's */
    public Membership(GroupSettings settings, String memberId, Ports ports) {
        this.settings = settings;
        this.memberId = memberId;
        this.transport = ports.transport();
        this.search = ports.search();
        this.polls = ports.polls();
        this.announcements = ports.announcements();
        this.backoff = new Backoff(settings.pauses(), ports.random());
    }

    /** Becomes a member, or changes what it wants to read. */
    public void subscribe(GroupSubscription wanted) {
        subscription = wanted;
        JoinLink open = link;
        if (phase == Phase.IN && open != null) {
            open.subscriptionChanged();
        } else if (phase == Phase.OUT) {
            join();
        }
    }

    /** Comes back after it left because nobody polled. */
    public void comeBack() {
        if (phase == Phase.OUT && subscription != null && shown.idle()) {
            join();
        }
    }

    private void join() {
        phase = Phase.IN;
        show(null, null, false);
    }

    /**
     * Tells what the application holds now; void in a life that is over. What it was to hold and never did, because it
     * was not wanted any more when the application looked, is told as if it had held it: only what a member has said
     * that it holds can it give up.
     *
     * @param revision of the newest snapshot that the application has followed
     */
    public void own(int life, long revision, Collection<GroupPartition> partitions) {
        if (life != shown.life() || phase != Phase.IN) {
            return;
        }
        NavigableSet<GroupPartition> offered = offers.takeUpTo(revision);
        offered.removeAll(owned);
        if (link != null) {
            link.ownedChanged(owned, offered);
        }
        owned = new TreeSet<>(partitions);
    }

    /** Goes, and then runs the task; at once where there is nobody to say goodbye to. */
    public void leave(Runnable then) {
        subscription = null;
        whenLeft = then;
        JoinLink open = link;
        if (phase == Phase.OUT || open == null) {
            left();
        } else if (phase == Phase.IN) {
            goodbye(open);
        }
    }

    private void goodbye(JoinLink open) {
        phase = Phase.LEAVING;
        leavingSinceNanos = now;
        open.leave();
    }

    /** The epoch that commits of this life carry; empty once it is over. */
    OptionalInt epochIn(int life) {
        return life == shown.life() && epoch > 0 ? OptionalInt.of(epoch) : OptionalInt.empty();
    }

    String memberId() {
        return memberId;
    }

    /** Does what is due; answers nanoseconds until something will be. */
    long advance(long nowNanos) {
        now = nowNanos;
        if (phase == Phase.OUT) {
            return NEVER;
        }
        JoinLink open = link;
        if (phase == Phase.LEAVING) {
            return open == null ? 0 : awaitGoodbye(open);
        }
        long polled = polls.remainingNanos(now);
        if (polled <= 0) {
            goIdle();
            return 0;
        }
        if (epoch > 0 && now - provenNanos >= sessionNanos) {
            lose("no coordinator has answered for the session timeout");
            return 0;
        }
        long session = epoch > 0 ? provenNanos + sessionNanos - now : NEVER;
        long wait = open == null ? connect() : supervise(open);
        return Math.min(Math.min(polled, session), wait);
    }

    private long awaitGoodbye(JoinLink open) {
        long left = leavingSinceNanos + LEAVE_NANOS_MAX - now;
        if (left <= 0) {
            drop(open);
            left();
            return 0;
        }
        return left;
    }

    private void goIdle() {
        LOG.warn(
                "{} of group {} leaves, because nobody polled for max.poll.interval.ms {}: poll more often, make that"
                        + " longer, or max.poll.records smaller",
                memberId,
                settings.group(),
                settings.pollIntervalMsMax());
        JoinLink open = link;
        forget();
        if (open == null) {
            phase = Phase.OUT;
        } else {
            goodbye(open);
        }
        show(null, null, true);
    }

    private long connect() {
        GroupSubscription wanted = subscription;
        if (pauseNanos > 0) {
            notBeforeNanos = now + pauseNanos;
            pauseNanos = 0;
        }
        if (now < notBeforeNanos) {
            return notBeforeNanos - now;
        }
        if (wanted == null) {
            throw new IllegalStateException("a member wants something");
        }
        FlotillaError refusal = search.refusal();
        Endpoint coordinator = search.want();
        if (coordinator == null) {
            if (refusal != null) {
                fail(refusal);
            }
            return NEVER;
        }
        offers.clear();
        if (shown.target() != null) { // holds until the coordinator says it anew
            show(null, null, false);
        }
        JoinLink fresh = new JoinLink(coordinator, listener, now);
        link = fresh;
        fresh.open(transport, new Hello(settings, memberId, epoch, wanted, new TreeSet<>(owned)));
        return fresh.patienceNanos(now);
    }

    private long supervise(JoinLink open) {
        if (open.patienceNanos(now) <= 0) {
            drop(open);
            search.doubt(
                    open.coordinator(),
                    FlotillaError.notApplied(ErrorCode.REQUEST_TIMED_OUT, "the coordinator does not answer"));
            pauseNanos = backoff.nextNanos();
            return 0;
        }
        GroupSubscription wanted = subscription;
        if (wanted != null && open.untilHeartbeat(heartbeatNanos, now) <= 0) {
            open.send(new TreeSet<>(owned), wanted, now);
        }
        return Math.min(open.untilHeartbeat(heartbeatNanos, now), open.patienceNanos(now));
    }

    /** Hears what the stream brings. */
    private final class Listener implements JoinLink.Member {
        @Override
        public boolean has(JoinLink candidate) {
            return link == candidate;
        }

        @Override
        public void assigned(Assignment assignment, long askedNanos) {
            if (phase != Phase.IN) {
                return;
            }
            if (askedNanos != JoinLink.UNASKED) {
                provenNanos = askedNanos;
                backoff.reset();
            }
            epoch = assignment.memberEpoch();
            heartbeatNanos = TimeUnit.MILLISECONDS.toNanos(Math.max(1, assignment.heartbeatIntervalMs()));
            sessionNanos = TimeUnit.MILLISECONDS.toNanos(Math.max(1, assignment.sessionTimeoutMs()));
            show(assignment.partitions(), null, false);
            offers.add(shown.revision(), assignment.partitions());
        }

        @Override
        public void alive(int memberEpoch, long askedNanos) {
            if (phase == Phase.IN) {
                provenNanos = askedNanos == JoinLink.UNASKED ? provenNanos : askedNanos;
                epoch = Math.max(epoch, memberEpoch);
            }
        }

        @Override
        public void refused(JoinLink ended, FlotillaError error) {
            drop(ended);
            if (phase == Phase.LEAVING) {
                left();
            } else {
                refusedBy(ended.coordinator(), error);
            }
        }

        @Override
        public void broken(JoinLink ended, FlotillaError error) {
            link = null;
            if (phase == Phase.LEAVING) {
                left();
                return;
            }
            LOG.debug("the stream of {} to {} broke: {}", memberId, ended.coordinator(), error);
            if (!ended.isAnswered()) {
                search.doubt(ended.coordinator(), error);
            }
            boolean worked = ended.isAnswered() && now - ended.openedNanos() >= WORKED_AFTER_NANOS;
            pauseNanos = worked ? 0 : backoff.nextNanos();
        }
    }

    private void refusedBy(Endpoint coordinator, FlotillaError error) {
        long pause = Math.max(backoff.nextNanos(), TimeUnit.MILLISECONDS.toNanos(error.retryAfterMs()));
        switch (error.code()) {
            case FENCED_MEMBER_EPOCH, STALE_MEMBER_EPOCH, UNKNOWN_MEMBER_ID -> {
                pauseNanos = epoch > 0 ? 0 : pause;
                lose(error.toString());
            }
            case NOT_COORDINATOR, COORDINATOR_NOT_AVAILABLE -> {
                search.doubt(coordinator, error);
                pauseNanos = error.leader().isPresent() ? 0 : pause;
            }
            default -> {
                pauseNanos = pause;
                if (isForGood(error)) {
                    fail(error);
                }
            }
        }
    }

    private static boolean isForGood(FlotillaError error) {
        boolean passes = error.code().retriable() || error.code() == ErrorCode.UNKNOWN_SERVER_ERROR;
        return !passes && error.retryAfterMs() == 0;
    }

    private void lose(String why) {
        LOG.warn("{} of group {} has lost its partitions: {}", memberId, settings.group(), why);
        if (link != null) {
            drop(link);
        }
        forget();
        show(null, null, false);
    }

    private void fail(FlotillaError error) {
        forget();
        phase = Phase.OUT;
        show(null, error, false);
    }

    private void drop(JoinLink open) {
        link = null;
        open.close();
    }

    private void left() {
        boolean idle = shown.idle() && subscription != null;
        Runnable then = whenLeft;
        whenLeft = null;
        link = null;
        phase = Phase.OUT;
        forget();
        show(null, null, idle);
        if (subscription != null && !idle) {
            join();
        }
        if (then != null) {
            then.run();
        }
    }

    /** Ends this life; whoever calls it shows the next. */
    private void forget() {
        shown = new GroupSnapshot(shown.revision(), shown.life() + 1, null, null, shown.idle());
        epoch = 0;
        owned = new TreeSet<>();
        offers.clear();
    }

    private void show(@Nullable NavigableSet<GroupPartition> target, @Nullable FlotillaError failure, boolean idle) {
        shown = new GroupSnapshot(shown.revision() + 1, shown.life(), target, failure, idle);
        announcements.accept(shown);
    }

    /** Ends the stream without a goodbye. */
    void close() {
        phase = Phase.OUT;
        if (link != null) {
            drop(link);
        }
    }
}
