package io.flotilla.quorum.rpc;

import io.flotilla.model.id.Endpoint;
import io.flotilla.model.time.Clock;
import io.flotilla.quorum.feed.ControllerLocator;
import io.grpc.ManagedChannel;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices the end of the active controller's process sooner than Raft's silence does, by the evidence that brokers are
 * fenced on: a connection that it closed, then two refused ones. Then this voter stands for election at once, the ones
 * with larger ids after a pause each. Nothing rests on the finding: an election that nobody needed costs a term, and
 * what proves nothing is left to the election timeout.
 *
 * <p>One loop ticks it; any thread closes it, before the quorum that it stands in.
 */
public final class LeaderWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LeaderWatch.class);

    private static final int PROOFS = 2;
    private static final long BETWEEN_PROOFS_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /** A process that ends closes its connections before its listener, so that a look without proof is not the last. */
    private static final long BETWEEN_LOOKS_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** After these the election timeout has decided. */
    private static final int LOOKS_MAX = 10;

    /** An election takes some tens of milliseconds; whoever is next must not spoil it. */
    private static final long BETWEEN_CANDIDATES_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    /** This voter, as the watch needs it. */
    public interface Candidate {
        /** Whether this node counts for the majority and does not lead. */
        boolean isFollower();

        /** How many of the other voters stand before this one when {@code leader} is gone. */
        int rankWithout(int leader);

        /** Stands for election, unless the quorum has another leader by now; false when it does not. */
        boolean standWithout(int leader);
    }

    /** How it looks: a line that tells of an end, and whether connections to an endpoint are refused now. */
    record Eyes(Function<Endpoint, Line> lines, Function<Endpoint, CompletableFuture<Boolean>> refuses) {}

    private final Clock clock;
    private final ControllerLocator locator;
    private final Candidate candidate;
    private final Eyes eyes;

    /** Guarded by this, as all that follows. */
    private @Nullable Watched watched;

    private boolean closed;

    /**
     * @param locator where the active controller is, as this node knows it
     * @param channels opens a channel to an endpoint without blocking; the watch shuts it down
     */
    public LeaderWatch(
            Clock clock,
            ControllerLocator locator,
            Candidate candidate,
            GrpcProber prober,
            Function<Endpoint, ManagedChannel> channels) {
        this(clock, locator, candidate, new Eyes(endpoint -> new GrpcLine(channels.apply(endpoint)), prober::refuses));
    }

    LeaderWatch(Clock clock, ControllerLocator locator, Candidate candidate, Eyes eyes) {
        this.clock = clock;
        this.locator = locator;
        this.candidate = candidate;
        this.eyes = eyes;
    }

    /** A leader under watch, and how far it is suspected. */
    private static final class Watched {
        private final ControllerLocator.Location leader;
        private final Endpoint endpoint;
        private final Line line;

        private boolean wasUp;
        private boolean suspected;
        private int looksLeft;
        private int proofs;
        private long nextNanos;
        private @Nullable CompletableFuture<Boolean> look;

        private Watched(ControllerLocator.Location leader, Endpoint endpoint, Line line) {
            this.leader = leader;
            this.endpoint = endpoint;
            this.line = line;
        }
    }

    /**
     * Looks; every few milliseconds. Blocks only where this voter stands for election, which Ratis notes on its disk.
     */
    public synchronized void tick() {
        Watched now = closed ? null : watch();
        if (now == null) {
            return;
        }
        if (now.line.isUp()) {
            now.wasUp = true;
            now.suspected = false;
        } else if (now.wasUp) {
            now.wasUp = false;
            suspect(now);
        }
        if (now.suspected) {
            investigate(now);
        }
    }

    /** The leader to watch; none while this node leads, waits to be added, or knows no leader. */
    private @Nullable Watched watch() {
        Optional<ControllerLocator.Location> leader = candidate.isFollower() ? locator.active() : Optional.empty();
        leader = leader.filter(location -> !location.endpoint().isEmpty());
        Watched present = watched;
        if (present != null && !leader.equals(Optional.of(present.leader))) {
            drop();
        }
        if (watched == null && leader.isPresent()) {
            Endpoint endpoint = Endpoint.parse(leader.get().endpoint());
            watched = new Watched(leader.get(), endpoint, eyes.lines().apply(endpoint));
        }
        return watched;
    }

    private void suspect(Watched now) {
        now.suspected = true;
        now.looksLeft = LOOKS_MAX;
        now.proofs = 0;
        now.nextNanos = clock.nanos();
        now.look = null;
    }

    private void investigate(Watched now) {
        CompletableFuture<Boolean> look = now.look;
        if (look != null && look.isDone()) {
            now.look = null;
            judge(now, look.join());
        } else if (look == null && clock.nanos() - now.nextNanos >= 0) {
            if (now.proofs < PROOFS) {
                now.look = eyes.refuses().apply(now.endpoint);
            } else {
                stand(now);
            }
        }
    }

    private void judge(Watched now, boolean refused) {
        now.looksLeft--;
        now.proofs = refused ? now.proofs + 1 : 0;
        if (now.proofs == PROOFS) {
            now.nextNanos = clock.nanos() + candidate.rankWithout(now.leader.nodeId()) * BETWEEN_CANDIDATES_NANOS;
        } else {
            now.nextNanos = clock.nanos() + (refused ? BETWEEN_PROOFS_NANOS : BETWEEN_LOOKS_NANOS);
            now.suspected = now.looksLeft > 0;
        }
    }

    private void stand(Watched now) {
        now.suspected = false;
        if (candidate.standWithout(now.leader.nodeId())) {
            LOG.info(
                    "node {}, the active controller, closed its connection and refuses new ones at {}: this node stands"
                            + " for election",
                    now.leader.nodeId(),
                    now.endpoint);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        drop();
    }

    private void drop() {
        Watched present = watched;
        if (present != null) {
            present.line.close();
            watched = null;
        }
    }
}
