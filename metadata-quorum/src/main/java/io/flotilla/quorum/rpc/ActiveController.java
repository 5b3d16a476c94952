package io.flotilla.quorum.rpc;

import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.time.Clock;
import io.flotilla.proto.internal.v1.HeartbeatRequest;
import io.flotilla.quorum.command.AppliedDelta;
import io.flotilla.quorum.command.DeltaListener;
import io.flotilla.quorum.command.ImageDigest;
import io.flotilla.quorum.command.RiskyElection;
import io.flotilla.quorum.feed.CommittedMetadata;
import io.flotilla.quorum.raft.LeadershipListener;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The part of the controller that only the quorum's leader has: broker sessions, probes, and what they propose. Begins
 * with each leadership and ends with it; what it proposes carries the term, so that a late proposal is refused.
 *
 * <p>Any thread may call; the work happens on the loop, which must run one task at a time, in order. The process calls
 * {@link #tick} every 20 ms or so, and closes it before the server that carries the heartbeat streams.
 */
public final class ActiveController implements LeadershipListener, DeltaListener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ActiveController.class);

    private final Ports ports;
    private final ControllerSettings settings;
    private final AtomicLong riskyElections = new AtomicLong();
    private @Nullable ControllerTerm term;
    private boolean prepared;
    private boolean closed;

    /**
     * What it works with.
     *
     * @param loop runs one task at a time, in order, and never blocks for long
     * @param ids makes fresh random ids
     */
    public record Ports(
            Executor loop,
            Clock clock,
            Commands commands,
            Prober prober,
            CommittedMetadata metadata,
            ControllerHints hints,
            Supplier<UUID> ids) {}

    public ActiveController(Ports ports, ControllerSettings settings) {
        this.ports = ports;
        this.settings = settings;
    }

    @Override
    public void leaderReady(long newTerm) {
        onLoop(() -> {
            endTerm("a new term begins");
            if (!closed) {
                LOG.info(
                        "this node is the active controller of term {}, at revision {}",
                        newTerm,
                        ports.metadata().image().revision());
                term = new ControllerTerm(ports, settings, newTerm);
                term.tick();
            }
        });
    }

    @Override
    public void notLeader() {
        onLoop(() -> {
            if (term != null) {
                LOG.info("this node is no longer the active controller");
            }
            endTerm("this node is no longer the active controller");
        });
    }

    @Override
    public void applied(AppliedDelta applied) {
        onLoop(() -> {
            applied.riskyElections().forEach(this::reportLoss);
            changed();
            if (term != null && ImageDigest.isDue(applied.image().revision())) {
                term.compare(applied.image());
            }
        });
    }

    @Override
    public void loaded(MetadataImage image) {
        onLoop(this::changed);
    }

    /** Of every voter, whether it leads or not. */
    @Override
    public void differs(String difference) {
        LOG.error(difference);
    }

    /** Lets time pass: probes and fencings that are due are made. */
    public void tick() {
        onLoop(() -> {
            if (!prepared) {
                prepared = true;
                ports.prober().prepare();
            }
            if (term != null) {
                term.tick();
            }
        });
    }

    /** How many leaders were elected since the process started although committed records may be missing. */
    public long riskyElections() {
        return riskyElections.get();
    }

    /** Ends the heartbeat streams from this side, so that nobody takes their end for a death. */
    @Override
    public void close() {
        onLoop(() -> {
            closed = true;
            endTerm("this controller is shutting down");
        });
    }

    void heartbeat(HeartbeatCall call, HeartbeatRequest request) {
        onLoop(() -> {
            if (term == null) {
                call.refuse(ports.hints().notController("heartbeats go to the active controller"));
            } else {
                heartbeat(term, call, request);
            }
        });
    }

    private static void heartbeat(ControllerTerm term, HeartbeatCall call, HeartbeatRequest request) {
        try {
            term.heartbeat(call, request);
        } catch (IllegalArgumentException e) {
            call.refuse(FlotillaError.notApplied(
                    ErrorCode.INVALID_REQUEST, "the heartbeat is malformed: " + e.getMessage()));
        }
    }

    /** @param byPeer whether the broker's side ended the stream */
    void streamClosed(HeartbeatCall call, boolean byPeer) {
        onLoop(() -> {
            if (term != null) {
                term.streamClosed(call, byPeer);
            }
        });
    }

    /** A failure costs its own event, not those that follow. */
    private void onLoop(Runnable event) {
        ports.loop().execute(() -> {
            try {
                event.run();
            } catch (RuntimeException e) {
                LOG.error("the active controller stumbled over an event", e);
            }
        });
    }

    private void changed() {
        if (term != null) {
            term.changed();
        }
    }

    private void endTerm(String why) {
        if (term != null) {
            ControllerTerm ended = term;
            term = null;
            ended.end(ports.hints().notController(why));
        }
    }

    private void reportLoss(RiskyElection risky) {
        riskyElections.incrementAndGet();
        LOG.error(
                "possible data loss: partition {} of topic {} has no complete replica left; broker {} leads by {}",
                risky.partition().partition(),
                risky.topic(),
                risky.leader(),
                risky.election());
    }
}
