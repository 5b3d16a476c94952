package io.flotilla.quorum.liveness;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.model.id.IncarnationId;
import io.flotilla.model.image.BrokerRegistration;
import io.flotilla.model.image.FeatureRange;
import io.flotilla.quorum.liveness.LivenessAction.Fence;
import io.flotilla.quorum.liveness.LivenessAction.Probe;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class BrokerSessionsTest {
    private static final long MS = 1_000_000;
    private static final LivenessConfig CONFIG = LivenessConfig.ofSessionMs(3000);

    private long now = Long.MAX_VALUE - 1000 * MS; // nanoTime may wrap

    @Test
    void whoHeartbeatsStays() {
        BrokerSessions sessions = active(3);
        for (int i = 0; i < 100; i++) {
            after(500);
            heartbeats(sessions, 1, 2, 3);
            assertThat(sessions.due(now)).isEmpty();
        }
    }

    @Test
    void aSilentBrokerIsFencedWhenItsSessionEndsAndNotBefore() {
        BrokerSessions sessions = active(3);
        after(1000);
        heartbeats(sessions, 1, 2);
        after(1999);
        heartbeats(sessions, 1, 2);
        assertThat(sessions.due(now)).isEmpty();

        after(1);

        assertThat(sessions.due(now)).containsExactly(new Fence(3, 3, "it was silent for 3000 ms"));
        assertThat(sessions.due(now)).isEmpty();
        after(500);
        heartbeats(sessions, 1, 2);
        assertThat(sessions.due(now)).hasSize(1); // nobody has seen it fenced yet
        sessions.brokers(brokers(3, 3), now);
        after(2000);
        heartbeats(sessions, 1, 2);
        assertThat(sessions.due(now)).isEmpty();
    }

    @Test
    void forgivenSilenceDoesNotCount() {
        BrokerSessions sessions = active(3);
        after(5000);
        heartbeats(sessions, 3);
        sessions.forgive(2500 * MS, now);
        assertThat(sessions.due(now)).isEmpty();

        after(500);

        assertThat(sessions.due(now)).hasSize(2);
    }

    @Test
    void aClosedStreamAndTwoRefusedProbesProveADeath() {
        BrokerSessions sessions = active(3);

        sessions.streamClosed(3, 3, true, now);
        assertThat(sessions.due(now)).containsExactly(new Probe(3, 3));
        sessions.probed(3, 3, ProbeAnswer.REFUSED, now);
        assertThat(sessions.due(now)).isEmpty();
        after(50);
        assertThat(sessions.due(now)).containsExactly(new Probe(3, 3));
        sessions.probed(3, 3, ProbeAnswer.REFUSED, now);

        assertThat(sessions.due(now))
                .containsExactly(
                        new Fence(3, 3, "its heartbeat stream is closed and its endpoint refuses connections"));
    }

    @Test
    void anotherIncarnationIsProofToo() {
        BrokerSessions sessions = active(3);

        assertThat(fencedAfter(sessions, 3, ProbeAnswer.REFUSED, ProbeAnswer.ANOTHER_INCARNATION))
                .isTrue();
    }

    @Test
    void aStreamThatWeClosedOurselvesIsNoSuspicion() {
        BrokerSessions sessions = active(3);

        sessions.streamClosed(3, 3, false, now);

        after(100);
        assertThat(sessions.due(now)).isEmpty();
    }

    @Test
    void whatProvesNothingCostsTheSession() {
        BrokerSessions sessions = active(3);

        assertThat(fencedAfter(sessions, 3, ProbeAnswer.NO_ANSWER)).isFalse();
        assertThat(fencedAfter(sessions, 2, ProbeAnswer.REFUSED, ProbeAnswer.NO_ANSWER))
                .isFalse();
        assertThat(fencedAfter(sessions, 1, ProbeAnswer.REFUSED, ProbeAnswer.ALIVE))
                .isFalse();

        after(3000);
        assertThat(sessions.due(now)).filteredOn(Fence.class::isInstance).hasSize(3);
    }

    @Test
    void aBrokerIsProbedAgainForAsLongAsItsStreamIsClosed() {
        BrokerSessions sessions = active(3);
        assertThat(fencedAfter(sessions, 3, ProbeAnswer.REFUSED, ProbeAnswer.NO_ANSWER))
                .isFalse();

        after(150);
        assertThat(sessions.due(now)).containsExactly(new Probe(3, 3));
        sessions.probed(3, 3, ProbeAnswer.REFUSED, now);
        assertThat(sessions.due(now)).as("one proof is none").isEmpty();
        heartbeats(sessions, 3);

        after(200);
        assertThat(sessions.due(now)).isEmpty();
    }

    @Test
    void aHeartbeatBetweenTheProbesClearsTheBroker() {
        BrokerSessions sessions = active(3);
        sessions.streamClosed(3, 3, true, now);
        sessions.due(now);
        sessions.probed(3, 3, ProbeAnswer.REFUSED, now);

        heartbeats(sessions, 3);

        after(50);
        assertThat(sessions.due(now)).isEmpty();
        sessions.probed(3, 3, ProbeAnswer.REFUSED, now); // a late answer to nobody's question
        assertThat(sessions.due(now)).isEmpty();
    }

    @Test
    void byProbeOnlyAMinorityIsFencedPerSession() {
        for (int count = 1; count <= 7; count++) {
            BrokerSessions sessions = active(count);
            int fenced = 0;
            for (int id = 1; id <= count; id++) {
                fenced += fencedAfter(sessions, id, ProbeAnswer.REFUSED, ProbeAnswer.REFUSED) ? 1 : 0;
            }
            assertThat(fenced).as("of %d brokers", count).isEqualTo((count - 1) / 2);
        }
    }

    @Test
    void afterASessionTheNextMinorityMayFollow() {
        BrokerSessions sessions = active(3);
        assertThat(fencedAfter(sessions, 3, ProbeAnswer.REFUSED, ProbeAnswer.REFUSED))
                .isTrue();
        sessions.brokers(brokers(3, 3), now);
        assertThat(fencedAfter(sessions, 2, ProbeAnswer.REFUSED, ProbeAnswer.REFUSED))
                .isFalse();
        after(2900);
        heartbeats(sessions, 1);
        heartbeats(sessions, 2);
        after(100);

        assertThat(fencedAfter(sessions, 2, ProbeAnswer.REFUSED, ProbeAnswer.REFUSED))
                .isTrue();
    }

    @Test
    void aNewControllerProbesWhoeverHasNotOpenedAStreamInTime() {
        BrokerSessions sessions = new BrokerSessions(CONFIG, brokers(3), now);
        after(50);
        heartbeats(sessions, 1, 2);
        after(49);
        assertThat(sessions.due(now)).isEmpty();

        after(1);

        assertThat(sessions.due(now)).containsExactly(new Probe(3, 3));
        sessions.probed(3, 3, ProbeAnswer.NO_ANSWER, now);
        after(2700);
        heartbeats(sessions, 1, 2);
        assertThat(sessions.due(now)).containsExactly(new Probe(3, 3)); // only silent: it gets its full session
        after(200);
        assertThat(sessions.due(now)).containsExactly(new Fence(3, 3, "it was silent for 3000 ms"));
    }

    @Test
    void whoStopsAsAgreedIsFencedAtOnce() {
        BrokerSessions sessions = active(3);
        sessions.mayStop(2, 2);

        sessions.streamClosed(2, 2, true, now);

        assertThat(sessions.due(now)).containsExactly(new Fence(2, 2, "it stopped as agreed"));
    }

    @Test
    void anEarlierRunHasNoSay() {
        BrokerSessions sessions = active(3);

        assertThat(sessions.heartbeat(3, 2, 10, now)).isFalse();
        assertThat(sessions.heartbeat(9, 9, 10, now)).isFalse();
        sessions.streamClosed(3, 2, true, now);

        assertThat(sessions.due(now)).isEmpty();
    }

    @Test
    void aNewRegistrationStartsOver() {
        BrokerSessions sessions = active(3);
        sessions.streamClosed(3, 3, true, now);
        List<BrokerRegistration> brokers = new ArrayList<>(brokers(2));
        brokers.add(broker(3, 30, true));

        sessions.brokers(brokers, now);

        assertThat(sessions.due(now)).isEmpty();
        assertThat(sessions.heartbeat(3, 30, 31, now)).isTrue();
    }

    @Test
    void othersHaveAppliedWhatTheySaid() {
        BrokerSessions sessions = active(3);
        sessions.heartbeat(1, 1, 20, now);
        sessions.heartbeat(2, 2, 19, now);

        assertThat(sessions.othersApplied(3, 19)).isTrue();
        assertThat(sessions.othersApplied(3, 20)).isFalse();
        sessions.brokers(brokers(3, 2), now);
        assertThat(sessions.othersApplied(3, 20)).isTrue();
    }

    /** The broker's stream closes, and probes answer so; whether it is to be fenced then. */
    private boolean fencedAfter(BrokerSessions sessions, int id, ProbeAnswer... answers) {
        sessions.streamClosed(id, id, true, now);
        for (ProbeAnswer answer : answers) {
            assertThat(sessions.due(now)).contains(new Probe(id, id));
            sessions.probed(id, id, answer, now);
            after(50);
        }
        return sessions.due(now).stream().anyMatch(action -> action instanceof Fence fence && fence.brokerId() == id);
    }

    private void after(long ms) {
        now += ms * MS;
    }

    private void heartbeats(BrokerSessions sessions, int... ids) {
        for (int id : ids) {
            assertThat(sessions.heartbeat(id, id, 0, now)).isTrue();
        }
    }

    /** Sessions of brokers 1 to n, whose streams are open. */
    private BrokerSessions active(int count) {
        BrokerSessions sessions = new BrokerSessions(CONFIG, brokers(count), now);
        for (int id = 1; id <= count; id++) {
            heartbeats(sessions, id);
        }
        return sessions;
    }

    private static List<BrokerRegistration> brokers(int count, int... fenced) {
        List<BrokerRegistration> brokers = new ArrayList<>();
        for (int id = 1; id <= count; id++) {
            int broker = id;
            brokers.add(broker(id, id, Arrays.stream(fenced).anyMatch(f -> f == broker)));
        }
        return brokers;
    }

    private static BrokerRegistration broker(int id, long epoch, boolean fenced) {
        return new BrokerRegistration(
                id,
                new IncarnationId(new UUID(0, epoch)),
                epoch,
                Optional.empty(),
                Map.of(),
                FeatureRange.CURRENT,
                List.of(),
                fenced,
                false);
    }
}
