package io.flotilla.quorum.liveness;

import io.flotilla.model.image.BrokerRegistration;
import io.flotilla.quorum.liveness.BrokerSession.Suspicion;
import io.flotilla.quorum.liveness.LivenessAction.Fence;
import io.flotilla.quorum.liveness.LivenessAction.Probe;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The sessions of all registered brokers, from the moment in which a controller becomes active. Events and the time go
 * in, probes to make and brokers to fence come out of {@link #due}. A wrong suspicion costs a leader move, never data;
 * still, by probe at most a minority of the brokers is fenced per session, so that a controller whose own network lies
 * to it cannot fence everyone at once.
 *
 * <p>Not safe for threads: the active controller's loop owns it. Nothing to close.
 */
public final class BrokerSessions {
    private final LivenessConfig config;
    private final Map<Integer, BrokerSession> sessions = new TreeMap<>();
    /** When brokers were fenced by probe, oldest first, within the last session time. */
    private final Deque<Long> fencedByProbeNanos = new ArrayDeque<>();

    /**
     * Sessions of a controller that becomes active now: each broker in service gets the grace to open its stream, and
     * if it only keeps silent, a full session.
     */
    public BrokerSessions(LivenessConfig config, Collection<BrokerRegistration> brokers, long nowNanos) {
        this.config = config;
        for (BrokerRegistration broker : brokers) {
            BrokerSession session = session(broker, nowNanos);
            if (!broker.fenced()) {
                session.suspect(nowNanos + config.graceNanos());
            }
        }
    }

    private BrokerSession session(BrokerRegistration broker, long nowNanos) {
        BrokerSession session = new BrokerSession(broker.brokerId(), broker.epoch(), broker.fenced(), nowNanos);
        sessions.put(broker.brokerId(), session);
        return session;
    }

    /** The committed metadata has these brokers now. */
    public void brokers(Collection<BrokerRegistration> brokers, long nowNanos) {
        for (BrokerRegistration broker : brokers) {
            BrokerSession known = sessions.get(broker.brokerId());
            if (known == null || known.brokerEpoch != broker.epoch()) {
                session(broker, nowNanos);
            } else if (known.fenced != broker.fenced()) {
                known.fenced = broker.fenced();
                known.fenceAtNanos = nowNanos;
            }
        }
        if (sessions.size() > brokers.size()) {
            List<Integer> registered =
                    brokers.stream().map(BrokerRegistration::brokerId).toList();
            sessions.keySet().retainAll(registered);
        }
    }

    /** So much of the silence up to now, nanoseconds, was not the brokers' own. */
    public void forgive(long nanos, long nowNanos) {
        sessions.values().forEach(session -> session.heardAtNanos += Math.min(nanos, nowNanos - session.heardAtNanos));
    }

    /** The broker sent a heartbeat on its open stream. False for an earlier or unknown run. */
    public boolean heartbeat(int brokerId, long brokerEpoch, long appliedRevision, long nowNanos) {
        Optional<BrokerSession> session = find(brokerId, brokerEpoch);
        session.ifPresent(known -> {
            known.streamOpen = true;
            known.appliedRevision = Math.max(known.appliedRevision, appliedRevision);
            known.heard(nowNanos);
        });
        return session.isPresent();
    }

    /** The controller told the broker that it may stop: when its stream closes now, that is no mystery. */
    public void mayStop(int brokerId, long brokerEpoch) {
        find(brokerId, brokerEpoch).ifPresent(session -> session.mayStop = true);
    }

    /**
     * The broker's heartbeat stream is closed.
     *
     * @param byPeer whether the other side closed it (FIN or RST); otherwise it proves and suspects nothing
     */
    public void streamClosed(int brokerId, long brokerEpoch, boolean byPeer, long nowNanos) {
        find(brokerId, brokerEpoch).ifPresent(session -> {
            session.streamOpen = false;
            if (session.mayStop) {
                session.suspicion = Suspicion.PROVEN;
                session.finding = "it stopped as agreed";
            } else if (byPeer && !session.fenced && session.suspicion == Suspicion.NONE) {
                session.suspect(nowNanos);
            }
        });
    }

    /** A probe that was asked for is answered. */
    public void probed(int brokerId, long brokerEpoch, ProbeAnswer answer, long nowNanos) {
        find(brokerId, brokerEpoch)
                .filter(session -> session.suspicion == Suspicion.PROBING)
                .ifPresent(session -> {
                    session.finding = answer.finding();
                    if (!answer.proof()) {
                        // A process that is just ending may still take a connection, and then reset it.
                        session.suspect(nowNanos + config.nextProbeNanos());
                    } else if (!session.provenOnce) {
                        session.provenOnce = true;
                        session.suspicion = Suspicion.WAITING;
                        session.probeAtNanos = nowNanos + config.secondProbeNanos();
                    } else {
                        session.suspicion = Suspicion.PROVEN;
                    }
                });
    }

    /** What is to be done now. Each action is given once; an unfulfilled fencing comes again after a while. */
    public List<LivenessAction> due(long nowNanos) {
        List<LivenessAction> actions = new ArrayList<>();
        while (!fencedByProbeNanos.isEmpty() && nowNanos - fencedByProbeNanos.getFirst() >= config.sessionNanos()) {
            fencedByProbeNanos.removeFirst();
        }
        for (BrokerSession session : sessions.values()) {
            if (!session.fenced) {
                due(session, nowNanos, actions);
            }
        }
        return actions;
    }

    private void due(BrokerSession session, long nowNanos, List<LivenessAction> actions) {
        if (session.suspicion == Suspicion.WAITING && nowNanos - session.probeAtNanos >= 0) {
            session.suspicion = Suspicion.PROBING;
            actions.add(new Probe(session.brokerId, session.brokerEpoch));
        }
        if (nowNanos - session.fenceAtNanos < 0) {
            return;
        }
        if (nowNanos - session.heardAtNanos >= config.sessionNanos()) {
            fence(session, "it was silent for " + config.sessionNanos() / 1_000_000 + " ms", nowNanos, actions);
        } else if (session.suspicion == Suspicion.PROVEN && session.mayStop) {
            fence(session, session.finding, nowNanos, actions);
        } else if (session.suspicion == Suspicion.PROVEN && minorityLeft(session)) {
            if (!session.countedAsProbed) {
                session.countedAsProbed = true;
                fencedByProbeNanos.addLast(nowNanos);
            }
            fence(session, "its heartbeat stream is closed and " + session.finding, nowNanos, actions);
        }
    }

    private boolean minorityLeft(BrokerSession session) {
        return session.countedAsProbed || fencedByProbeNanos.size() < (sessions.size() - 1) / 2;
    }

    private void fence(BrokerSession session, String reason, long nowNanos, List<LivenessAction> actions) {
        session.fenceAtNanos = nowNanos + config.repeatNanos();
        actions.add(new Fence(session.brokerId, session.brokerEpoch, reason));
    }

    /** Whether every other broker in service has applied this revision, as far as it said. */
    public boolean othersApplied(int brokerId, long revision) {
        return sessions.values().stream()
                .filter(session -> session.brokerId != brokerId && !session.fenced)
                .allMatch(session -> session.appliedRevision >= revision);
    }

    private Optional<BrokerSession> find(int brokerId, long brokerEpoch) {
        return Optional.ofNullable(sessions.get(brokerId)).filter(session -> session.brokerEpoch == brokerEpoch);
    }
}
