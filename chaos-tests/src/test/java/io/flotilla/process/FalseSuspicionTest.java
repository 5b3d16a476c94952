package io.flotilla.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.client.ClusterDescription;
import io.flotilla.model.error.FlotillaException;
import io.flotilla.model.time.Clock;
import io.flotilla.model.time.SystemClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The network makes live brokers look dead. That may move leaders; it loses nothing that was acknowledged, and never
 * takes the majority out of service.
 */
@Tag("process")
class FalseSuspicionTest {
    private static final int NODES = 3;
    private static final int PARTITIONS = 3;
    private static final int RECORDS = 1_500;
    private static final int RESETS = 8;
    private static final long RESET_EVERY_NANOS = 2_000_000_000L;
    private static final long PAUSE_NANOS = 1_000_000_000L;
    private static final long LOOK_EVERY_NANOS = 50_000_000L;
    private static final Duration FENCED = Duration.ofSeconds(30);
    private static final Clock CLOCK = new SystemClock();

    @RegisterExtension
    static final TestCluster CLUSTER = TestCluster.ofNodesBehindProxies(NODES);

    @AfterEach
    void healTheNetwork() {
        IntStream.rangeClosed(1, NODES).forEach(node -> CLUSTER.proxy(node).accept());
    }

    @Test
    void heartbeatStreamsThatAreResetAgainAndAgainFenceNobody() {
        suffer("reset", () -> {
            List<Integer> fenced = new ArrayList<>();
            for (int reset = 0; reset < RESETS; reset++) {
                CLUSTER.proxy(CLUSTER.admin().describeQuorum().leaderId()).reset();
                fenced.addAll(fencedAtOnceDuring(RESET_EVERY_NANOS));
            }
            // The probes reach every broker, which says who it is.
            assertThat(fenced).containsOnly(0);
        });
    }

    @Test
    void brokersThatSeemToRefuseAreFencedOneAtATime() {
        suffer("refused", () -> {
            int controller = CLUSTER.admin().describeQuorum().leaderId();
            List<Integer> fenced = new ArrayList<>();
            IntStream.rangeClosed(1, NODES)
                    .filter(node -> node != controller)
                    .forEach(node -> CLUSTER.proxy(node).refuse());
            Await.until("a live broker is fenced by mistake", FENCED, () -> {
                CLUSTER.proxy(controller).reset();
                fenced.addAll(fencedAtOnceDuring(RESET_EVERY_NANOS));
                return fenced.contains(1);
            });
            assertThat(fenced).allMatch(atOnce -> atOnce <= (NODES - 1) / 2, "a minority");
            healTheNetwork();
        });
    }

    /** As long collections of garbage do, and machines that have too much to do. */
    @Test
    void pausesShorterThanASessionMoveNoLeader() {
        suffer("paused", () -> {
            List<Integer> epochs = epochs("paused");
            for (int pause = 0; pause < 2 * NODES; pause++) {
                NodeProcess node = CLUSTER.node(pause % NODES + 1);
                node.freeze();
                LockSupport.parkNanos(PAUSE_NANOS);
                node.thaw();
                assertThat(fencedAtOnceDuring(PAUSE_NANOS)).containsOnly(0);
            }
            assertThat(epochs("paused")).isEqualTo(epochs);
        });
    }

    private static List<Integer> epochs(String topic) {
        return IntStream.range(0, PARTITIONS)
                .map(number -> CLUSTER.led(topic, number).leaderEpoch())
                .boxed()
                .toList();
    }

    /** How many brokers were fenced, look by look. */
    private static List<Integer> fencedAtOnceDuring(long nanos) {
        List<Integer> looks = new ArrayList<>();
        long beganNanos = CLOCK.nanos();
        while (CLOCK.nanos() - beganNanos < nanos) {
            try {
                looks.add((int) CLUSTER.admin().describeCluster().brokers().stream()
                        .filter(ClusterDescription.BrokerDescription::fenced)
                        .count());
            } catch (FlotillaException e) {
                // The look went through a broker that has only lost its controller; the next one may not.
            }
            LockSupport.parkNanos(LOOK_EVERY_NANOS);
        }
        return looks;
    }

    /** Carries load through the trouble, and holds the log to every acknowledgement. */
    private static void suffer(String topic, Runnable trouble) {
        CLUSTER.createTopic(topic, PARTITIONS, NODES);
        CLUSTER.awaitFullIsr();
        AckedLoad.Verdict verdict;
        try (AckedLoad load = AckedLoad.on(CLUSTER, topic)) {
            load.awaitMore(RECORDS);
            trouble.run();
            load.awaitMore(RECORDS);
            CLUSTER.awaitFullIsr();
            load.end();
            verdict = load.judge();
        }
        assertThat(verdict.failures()).isEmpty();
        assertThat(verdict).matches(AckedLoad.Verdict::isFlawless, "nothing lost, repeated or reordered");
        assertThat(CLUSTER.awaitEqualReplicas(topic)).hasSize(PARTITIONS * NODES);
    }
}
