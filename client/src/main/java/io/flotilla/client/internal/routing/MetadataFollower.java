package io.flotilla.client.internal.routing;

import io.flotilla.client.internal.routing.MetadataUpdate.Point;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.error.LeaderHint;
import io.flotilla.model.id.Endpoint;
import io.flotilla.model.id.TopicId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a picture of the cluster by following one broker's metadata watch, and moves on to another broker when the
 * watch breaks, does not answer, or shows nothing new while somebody has reason to doubt it. Owned by the client's
 * loop.
 */
public final class MetadataFollower {
    /** How long a new watch may take to bring its first message. */
    static final long FIRST_MESSAGE_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(2_000);

    /** A watch that was silent for so long is probed when it is in doubt. */
    static final long DOUBT_AFTER_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    static final long PROBE_TIMEOUT_MS = 1_000;

    /**
     * A doubt that lasts so long without news is taken to another broker, even if this one is alive: it may be cut off
     * itself.
     */
    static final long MOVE_ON_AFTER_NANOS = TimeUnit.MILLISECONDS.toNanos(3_000);

    /** A watch that broke sooner than this counts as a failure, however well it began. */
    static final long WORKED_AFTER_NANOS = TimeUnit.MILLISECONDS.toNanos(1_000);

    private static final long NEVER = Long.MAX_VALUE;
    private static final long NO_PAUSE_DUE = -1;

    private final WatchTransport transport;
    private final List<Endpoint> bootstrap;
    private final Backoff backoff;
    private final Set<String> topics = new TreeSet<>();
    private final List<MetadataUpdate> run = new ArrayList<>();

    private ClusterView view = ClusterView.EMPTY;
    private Point point = Point.NONE;
    /** The newest state that was ever seen: an older snapshot comes from a broker that lags behind. */
    private Point newest = Point.NONE;
    /** Whether the view holds everything that is followed now. */
    private boolean complete;

    private @Nullable Attempt attempt;
    private int ring;
    private long now;
    private long notBeforeNanos;
    /** A pause that begins at the next advance, nanoseconds: callbacks do not know the time. */
    private long pauseNanos = NO_PAUSE_DUE;

    private long doubtSinceNanos = NEVER;

    public MetadataFollower(
            WatchTransport transport, List<Endpoint> bootstrap, Backoff.Limits pauses, RandomGenerator random) {
        if (bootstrap.isEmpty()) {
            throw new IllegalArgumentException("at least one bootstrap server is needed");
        }
        this.transport = transport;
        this.bootstrap = List.copyOf(bootstrap);
        this.backoff = new Backoff(pauses, random);
        this.ring = random.nextInt(bootstrap.size());
    }

    /** One try to follow one broker. */
    private final class Attempt implements WatchTransport.Listener, WatchTransport.ProbeListener {
        private final Endpoint broker;
        private WatchTransport.@Nullable Watch watch;
        private final long startedNanos = now;
        private long heardNanos = now;
        /** Something came since the last advance. */
        private boolean heard;
        /** And it was more than a sign of life. */
        private boolean news;

        private boolean answered;
        private boolean probing;
        /** A broker that has nothing new need not say anything soon. */
        private final boolean resumes = !point.equals(Point.NONE);

        Attempt(Endpoint broker) {
            this.broker = broker;
        }

        @Override
        public void updated(MetadataUpdate update) {
            if (attempt == this) {
                heard = true;
                answered = true;
                news |= !update.isSignOfLife();
                take(update);
            }
        }

        @Override
        public void broken(FlotillaError error) {
            if (attempt == this) {
                leave(answered && now - startedNanos >= WORKED_AFTER_NANOS);
            }
        }

        @Override
        public void alive() {
            probing = false;
            heard = true;
            answered |= resumes;
        }

        @Override
        public void silent() {
            probing = false;
            if (attempt == this) {
                leave(false);
            }
        }

        void close() {
            if (watch != null) {
                watch.close();
            }
        }
    }

    public ClusterView view() {
        return view;
    }

    /** True once the view holds every followed topic that exists. */
    public boolean isComplete() {
        return complete;
    }

    /** Adds a topic to those that are followed; its state appears in the view after a round trip. */
    public void follow(String topic) {
        if (topics.add(topic)) {
            complete = false;
            point = Point.NONE;
            run.clear();
            if (attempt != null) {
                ring--;
                leave(true);
            }
        }
    }

    public boolean follows(String topic) {
        return topics.contains(topic);
    }

    /** Applies a leader that a refusal named, when it is news. */
    public void hint(TopicId topic, int partition, LeaderHint hint) {
        view = view.withHint(topic, partition, hint);
    }

    /** Whether a refusal proves that the view shows an old leader or an old epoch. */
    public static boolean isOutdatedBy(ErrorCode refusal) {
        return switch (refusal) {
            case NOT_LEADER_OR_FOLLOWER, LEADER_NOT_AVAILABLE, FENCED_LEADER_EPOCH, UNKNOWN_LEADER_EPOCH -> true;
            default -> false;
        };
    }

    /** Tells that somebody waits for an answer that the view's leader should have given. */
    public void doubt(long nowNanos) {
        if (doubtSinceNanos == NEVER) {
            doubtSinceNanos = nowNanos;
        }
    }

    /** Tells that all awaited answers came. */
    public void trust() {
        doubtSinceNanos = NEVER;
    }

    /** Does what is due; answers nanoseconds until something will be. */
    public long advance(long nowNanos) {
        now = nowNanos;
        if (topics.isEmpty()) {
            return NEVER;
        }
        Attempt current = attempt;
        if (current != null) {
            long wait = supervise(current);
            if (attempt == current) {
                return wait;
            }
        }
        if (pauseNanos != NO_PAUSE_DUE) {
            notBeforeNanos = now + pauseNanos;
            pauseNanos = NO_PAUSE_DUE;
        }
        if (now < notBeforeNanos) {
            return notBeforeNanos - now;
        }
        open();
        return FIRST_MESSAGE_NANOS_MAX;
    }

    private long supervise(Attempt current) {
        if (current.heard) {
            current.heard = false;
            current.heardNanos = now;
        }
        if (current.news && doubtSinceNanos != NEVER) {
            doubtSinceNanos = now;
        }
        current.news = false;
        if (!current.answered) {
            return awaitFirstMessage(current);
        }
        if (doubtSinceNanos == NEVER) {
            return NEVER;
        }
        if (now - doubtSinceNanos >= MOVE_ON_AFTER_NANOS) {
            doubtSinceNanos = now;
            leave(true);
            return 0;
        }
        long untilProbe = current.heardNanos + DOUBT_AFTER_NANOS - now;
        if (untilProbe > 0) {
            return untilProbe;
        }
        probe(current);
        return DOUBT_AFTER_NANOS;
    }

    private long awaitFirstMessage(Attempt current) {
        long left = current.startedNanos + FIRST_MESSAGE_NANOS_MAX - now;
        if (left > 0) {
            return left;
        }
        if (!current.resumes) {
            leave(false);
            return 0;
        }
        probe(current);
        return DOUBT_AFTER_NANOS;
    }

    private void probe(Attempt current) {
        if (!current.probing) {
            current.probing = true;
            transport.probe(current.broker, PROBE_TIMEOUT_MS, current);
        }
    }

    private void open() {
        Attempt next = new Attempt(nextBroker());
        attempt = next;
        run.clear();
        WatchTransport.Watch watch =
                transport.open(next.broker, new WatchTransport.Request(List.copyOf(topics), point), next);
        if (attempt == next) {
            next.watch = watch;
        } else {
            watch.close();
        }
    }

    /** Ends the current attempt; the next broker is tried at once after a watch that had worked, else after a pause. */
    private void leave(boolean worked) {
        Attempt ended = attempt;
        attempt = null;
        if (ended != null) {
            ended.close();
        }
        run.clear();
        if (worked) {
            backoff.reset();
        }
        pauseNanos = worked ? 0 : backoff.nextNanos();
    }

    private Endpoint nextBroker() {
        Set<Endpoint> candidates = new LinkedHashSet<>(view.endpoints());
        candidates.addAll(bootstrap);
        List<Endpoint> order = new ArrayList<>(candidates);
        return order.get(Math.floorMod(ring++, order.size()));
    }

    private void take(MetadataUpdate update) {
        boolean startsOver =
                update.snapshot() && !run.isEmpty() && !run.get(run.size() - 1).snapshot();
        if (startsOver) {
            run.clear();
        }
        run.add(update);
        if (!update.last()) {
            return;
        }
        ClusterView next = view.after(run);
        if (next.brokers().isEmpty() || lagsBehind(update)) {
            leave(false);
            return;
        }
        view = next;
        point = update.point();
        newest = point;
        complete = true;
        run.clear();
    }

    /** An older snapshot would take back topics and leaders that are known already. */
    private boolean lagsBehind(MetadataUpdate update) {
        return update.snapshot()
                && update.point().historyId().equals(newest.historyId())
                && update.point().revision() < newest.revision();
    }

    /** Ends the watch for good. */
    public void close() {
        if (attempt != null) {
            attempt.close();
            attempt = null;
        }
        topics.clear();
    }
}
