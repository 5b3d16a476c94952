package io.flotilla.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.client.TopicDescription.PartitionDescription;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Leaders die by SIGKILL, one after the other, while a producer sends. */
@Tag("process")
class LeaderKillTest {
    private static final int KILLS = Integer.getInteger("flotilla.process.leader.kills", 4);
    private static final int PARTITIONS = 2;
    private static final int RECORDS_BETWEEN = 1_500;

    @RegisterExtension
    static final TestCluster CLUSTER = TestCluster.ofNodes(3);

    @Test
    void acknowledgedRecordsOutliveTheirLeaders() {
        CLUSTER.createTopic("leaders", PARTITIONS, 3);
        AckedLoad.Verdict verdict;
        try (AckedLoad load = AckedLoad.on(CLUSTER, "leaders")) {
            for (int kill = 0; kill < KILLS; kill++) {
                load.awaitMore(RECORDS_BETWEEN);
                killLeader(kill % PARTITIONS, load);
            }
            load.awaitMore(RECORDS_BETWEEN);
            load.end();
            verdict = load.judge();
        }
        assertThat(verdict.failures()).isEmpty();
        assertThat(verdict).matches(AckedLoad.Verdict::isFlawless, "nothing lost, repeated or reordered");
        assertThat(CLUSTER.awaitEqualReplicas("leaders")).hasSize(PARTITIONS * 3);
    }

    private static void killLeader(int partition, AckedLoad load) {
        PartitionDescription before = CLUSTER.led("leaders", partition);
        CLUSTER.node(before.leader()).kill();
        CLUSTER.awaitOtherLeader("leaders", before);
        load.awaitMore(RECORDS_BETWEEN);
        CLUSTER.node(before.leader()).start();
        CLUSTER.awaitFullIsr();
    }
}
