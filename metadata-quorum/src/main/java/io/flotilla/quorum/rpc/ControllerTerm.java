package io.flotilla.quorum.rpc;

import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.image.BrokerRegistration;
import io.flotilla.model.image.FeatureRange;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.proto.internal.v1.BootstrapCommand;
import io.flotilla.proto.internal.v1.BrokerToFence;
import io.flotilla.proto.internal.v1.Command;
import io.flotilla.proto.internal.v1.FenceBrokersCommand;
import io.flotilla.proto.internal.v1.HeartbeatRequest;
import io.flotilla.quorum.command.BalanceLeaders;
import io.flotilla.quorum.command.ImageDigest;
import io.flotilla.quorum.liveness.BrokerSessions;
import io.flotilla.quorum.liveness.LivenessAction;
import io.flotilla.quorum.liveness.LivenessAction.Fence;
import io.flotilla.quorum.liveness.LivenessAction.Probe;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * One leadership of this node: the sessions of the brokers, and the commands that they give rise to. Everything in it
 * is soft and dies with the term. Owned by the active controller's loop.
 */
final class ControllerTerm {
    private static final Logger LOG = LoggerFactory.getLogger(ControllerTerm.class);
    private static final long NANOS_PER_MS = 1_000_000;
    private static final long BOOTSTRAP_RETRY_NANOS = 200 * NANOS_PER_MS;

    /** Ticks come about every 20 ms; after so long the process did not run. */
    private static final long TICK_NANOS_MAX = 250 * NANOS_PER_MS;

    private final ActiveController.Ports ports;
    private final ControllerSettings settings;
    private final long term;
    private final BrokerSessions sessions;
    private final BrokerStreams streams;
    /** Commands without an outcome yet, by what they are for, so that none is sent twice at a time. */
    private final Set<String> underWay = new TreeSet<>();

    private long bootstrapAtNanos;
    private long tickedAtNanos;
    private long balanceAtNanos;
    private boolean ended;

    ControllerTerm(ActiveController.Ports ports, ControllerSettings settings, long term) {
        this.ports = ports;
        this.settings = settings;
        this.term = term;
        this.sessions = new BrokerSessions(
                settings.liveness(), image().brokers().all(), ports.clock().nanos());
        this.streams = new BrokerStreams(ports.metadata(), sessions, this::submit);
        this.bootstrapAtNanos = ports.clock().nanos();
        this.tickedAtNanos = bootstrapAtNanos;
        this.balanceAtNanos = bootstrapAtNanos + balanceNanos();
    }

    private long balanceNanos() {
        return settings.balancing().intervalSeconds() * 1000L * NANOS_PER_MS;
    }

    void tick() {
        long now = ports.clock().nanos();
        forgiveStandstill(now);
        if (!image().bootstrapped() && now - bootstrapAtNanos >= 0) {
            bootstrapAtNanos = now + BOOTSTRAP_RETRY_NANOS;
            bootstrap();
        }
        if (settings.balancing().enabled() && now - balanceAtNanos >= 0) {
            balanceAtNanos = now + balanceNanos();
            balance();
        }
        FenceBrokersCommand.Builder fence = FenceBrokersCommand.newBuilder();
        for (LivenessAction action : sessions.due(now)) {
            if (action instanceof Probe probe) {
                probe(probe);
            } else if (action instanceof Fence suspect) {
                LOG.warn(
                        "fencing broker {} (epoch {}): {}",
                        suspect.brokerId(),
                        suspect.brokerEpoch(),
                        suspect.reason());
                fence.addBrokers(BrokerToFence.newBuilder()
                        .setBrokerId(suspect.brokerId())
                        .setBrokerEpoch(suspect.brokerEpoch())
                        .setReason(suspect.reason()));
            }
        }
        if (fence.getBrokersCount() > 0) {
            submit(
                    "the fencing of "
                            + fence.getBrokersList().stream()
                                    .map(BrokerToFence::getBrokerId)
                                    .toList(),
                    Command.newBuilder().setFenceBrokers(fence));
        }
    }

    /** Heartbeats that came while this process stood still are not heard yet, and nobody is to blame for that. */
    private void forgiveStandstill(long nowNanos) {
        long excess = nowNanos - tickedAtNanos - TICK_NANOS_MAX;
        tickedAtNanos = nowNanos;
        if (excess > 0) {
            LOG.warn("this controller stood still for {} ms: sessions get the time back", excess / NANOS_PER_MS);
            sessions.forgive(excess, nowNanos);
        }
    }

    private void bootstrap() {
        String clusterId = settings.clusterId().isEmpty() ? ports.ids().get().toString() : settings.clusterId();
        boolean sent = submit(
                "the naming of the cluster",
                Command.newBuilder()
                        .setBootstrap(BootstrapCommand.newBuilder()
                                .setClusterId(clusterId)
                                .setHistoryId(ports.ids().get().toString())
                                .setFeatureLevel(FeatureRange.CURRENT.max())));
        if (sent) {
            LOG.info("giving the new cluster its identity: {}", clusterId);
        }
    }

    private void balance() {
        BalanceLeaders.proposal(image(), settings.balancing().limits()).ifPresent(command -> {
            if (submit("the balance of leaders", command)) {
                LOG.info("preferred leaders take over again where too many do not lead");
            }
        });
    }

    private void probe(Probe probe) {
        BrokerRegistration broker = image().brokers()
                .broker(probe.brokerId())
                .filter(known -> known.epoch() == probe.brokerEpoch())
                .orElse(null);
        if (broker == null) {
            return; // registered anew meanwhile: its session has started over
        }
        ports.prober()
                .probe(broker)
                .thenAccept(answer -> ports.loop().execute(() -> {
                    if (!ended) {
                        LOG.debug("probed broker {}: {}", probe.brokerId(), answer.finding());
                        sessions.probed(
                                probe.brokerId(),
                                probe.brokerEpoch(),
                                answer,
                                ports.clock().nanos());
                        tick();
                    }
                }));
    }

    /** The committed metadata moved on. */
    void changed() {
        sessions.brokers(image().brokers().all(), ports.clock().nanos());
        streams.changed();
    }

    /** Lets every voter compare this revision, which just came into being, with what it has itself. */
    void compare(MetadataImage image) {
        submit("the comparison of revision " + image.revision(), ImageDigest.comparison(image));
    }

    void heartbeat(HeartbeatCall call, HeartbeatRequest request) {
        boolean known = sessions.heartbeat(
                request.getBrokerId(),
                request.getBrokerEpoch(),
                request.getAppliedRevision(),
                ports.clock().nanos());
        if (known) {
            streams.heard(call, request);
        } else {
            streams.answerStranger(call, request);
        }
    }

    void streamClosed(HeartbeatCall call, boolean byPeer) {
        streams.closed(call).ifPresent(stream -> {
            LOG.info("the heartbeat stream of broker {} closed{}", stream.brokerId(), byPeer ? " from its side" : "");
            sessions.streamClosed(
                    stream.brokerId(),
                    stream.brokerEpoch(),
                    byPeer,
                    ports.clock().nanos());
            tick();
        });
    }

    void end(FlotillaError reason) {
        ended = true;
        streams.end(reason);
    }

    /** Sends a command of this term; answers false when one for the same purpose is under way. */
    private boolean submit(String purpose, Command.Builder command) {
        if (!underWay.add(purpose)) {
            return false;
        }
        command.setTerm(term).setNowMs(ports.clock().wallMs());
        ports.commands()
                .submit(command.build())
                .whenComplete((result, failure) -> ports.loop().execute(() -> {
                    underWay.remove(purpose);
                    if (failure != null && !ended) {
                        FlotillaError error = CallFailures.error(failure);
                        // Who steps down leaves it to the next controller, which finds out for itself.
                        LOG.atLevel(error.code() == ErrorCode.NOT_CONTROLLER ? Level.INFO : Level.WARN)
                                .log("{} failed: {}", purpose, error);
                    }
                }));
        return true;
    }

    private MetadataImage image() {
        return ports.metadata().image();
    }
}
