package io.flotilla.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.client.NewTopic;
import io.flotilla.client.TopicDescription.PartitionDescription;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Three controllers and two brokers, a process each, do what three combined nodes do. */
@Tag("process")
class SplitRolesTest {
    private static final int RECORDS = 1_500;
    private static final int SIGTERM_EXIT = 143;
    private static final int FIRST_BROKER = 4;
    private static final Duration NEW_CONTROLLER = Duration.ofSeconds(60);

    /** Two brokers, of which one dies: by default acks=all waits for both. */
    private static final Map<String, String> ONE_REPLICA_IS_ENOUGH = Map.of("min.insync.replicas", "1");

    @RegisterExtension
    static final TestCluster CLUSTER = TestCluster.ofRoles(3, 2);

    @Test
    void theNodesAreWhatTheirRolesSay() {
        assertThat(CLUSTER.admin().describeCluster().brokers())
                .extracting(broker -> broker.id())
                .containsExactly(4, 5);
        var quorum = CLUSTER.admin().describeQuorum();
        assertThat(quorum.leaderId()).isLessThan(FIRST_BROKER);
        assertThat(quorum.voters()).extracting(voter -> voter.id()).containsExactlyInAnyOrder(1, 2, 3);
    }

    @Test
    void theOtherBrokerLeadsWhenTheLeaderIsKilled() {
        survives("led", load -> {
            PartitionDescription before = CLUSTER.led("led", 0);
            CLUSTER.node(before.leader()).kill();
            CLUSTER.awaitOtherLeader("led", before);
            load.awaitMore(RECORDS);
            CLUSTER.node(before.leader()).start();
        });
    }

    @Test
    void theClusterGoesOnWhenTheActiveControllerIsKilled() {
        survives("decided", load -> {
            var before = CLUSTER.admin().describeQuorum();
            CLUSTER.node(before.leaderId()).kill();
            load.awaitMore(RECORDS);
            Await.until("another controller is active", NEW_CONTROLLER, () -> {
                var now = CLUSTER.admin().describeQuorum();
                return now.leaderId() != before.leaderId() && now.leaderEpoch() > before.leaderEpoch();
            });
            CLUSTER.createTopic("decided-later", 1, 2);
            CLUSTER.node(before.leaderId()).start();
        });
    }

    @Test
    void theActiveControllerHandsOverWhenItIsStopped() {
        survives("passed", load -> {
            int active = CLUSTER.admin().describeQuorum().leaderId();
            NodeProcess node = CLUSTER.node(active);
            assertThat(node.stop()).isEqualTo(SIGTERM_EXIT);
            assertThat(node.output()).containsSubsequence("is the active controller now", "stopped");
            CLUSTER.createTopic("passed-later", 1, 2);
            node.start();
        });
    }

    @Test
    void aStoppedBrokerHandsOver() {
        survives("handed", load -> {
            PartitionDescription before = CLUSTER.led("handed", 0);
            NodeProcess node = CLUSTER.node(before.leader());
            assertThat(node.stop()).isEqualTo(SIGTERM_EXIT);
            assertThat(node.output()).containsSubsequence("leaderships are handed over", "stopped");
            CLUSTER.awaitOtherLeader("handed", before);
            load.awaitMore(RECORDS);
            node.start();
        });
    }

    private interface Trouble {
        void under(AckedLoad load);
    }

    /**
     * Carries load through the trouble to the full set of in-sync replicas, and holds the log to every acknowledgement.
     */
    private static void survives(String topic, Trouble trouble) {
        CLUSTER.createTopic(new NewTopic(topic, 2, 2, ONE_REPLICA_IS_ENOUGH, Map.of()));
        CLUSTER.awaitFullIsr();
        CLUSTER.awaitVotersInSync();
        AckedLoad.Verdict verdict;
        try (AckedLoad load = AckedLoad.on(CLUSTER, topic)) {
            load.awaitMore(RECORDS);
            trouble.under(load);
            CLUSTER.awaitFullIsr();
            load.awaitMore(RECORDS);
            load.end();
            verdict = load.judge();
        }
        assertThat(verdict.failures()).isEmpty();
        assertThat(verdict).matches(AckedLoad.Verdict::isFlawless, "nothing lost, repeated or reordered");
        assertThat(CLUSTER.awaitEqualReplicas(topic)).hasSize(4);
    }
}
