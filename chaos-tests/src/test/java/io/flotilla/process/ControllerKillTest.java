package io.flotilla.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.client.NewTopic;
import io.flotilla.client.TopicDescription.PartitionDescription;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A node dies that leads both the partition and the metadata quorum. */
@Tag("process")
class ControllerKillTest {
    private static final Duration NEW_CONTROLLER = Duration.ofSeconds(60);

    @RegisterExtension
    static final TestCluster CLUSTER = TestCluster.ofNodes(3);

    @Test
    void theClusterElectsBothAnewAndLosesNothing() {
        var before = CLUSTER.admin().describeQuorum();
        int victim = before.leaderId();
        List<Integer> replicas = Stream.concat(
                        Stream.of(victim), IntStream.rangeClosed(1, 3).boxed().filter(id -> id != victim))
                .toList();
        CLUSTER.createTopic(new NewTopic("both", 0, 0, Map.of(), Map.of(0, replicas)));
        PartitionDescription led = CLUSTER.led("both", 0);
        assertThat(led.leader()).isEqualTo(victim);
        AckedLoad.Verdict verdict;
        try (AckedLoad load = AckedLoad.on(CLUSTER, "both")) {
            load.awaitMore(2_000);
            CLUSTER.node(victim).kill();
            load.awaitMore(2_000);
            Await.until("another controller is active", NEW_CONTROLLER, () -> {
                var now = CLUSTER.admin().describeQuorum();
                return now.leaderId() != victim && now.leaderEpoch() > before.leaderEpoch();
            });
            CLUSTER.awaitOtherLeader("both", led);
            CLUSTER.node(victim).start();
            CLUSTER.awaitFullIsr();
            load.end();
            verdict = load.judge();
        }
        assertThat(verdict.failures()).isEmpty();
        assertThat(verdict).matches(AckedLoad.Verdict::isFlawless, "nothing lost, repeated or reordered");
        assertThat(CLUSTER.awaitEqualReplicas("both")).hasSize(3);
    }
}
