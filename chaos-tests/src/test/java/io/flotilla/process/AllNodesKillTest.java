package io.flotilla.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** All nodes die at once by SIGKILL, as by a power cut, while a producer sends. */
@Tag("process")
class AllNodesKillTest {
    private static final int KILLS = Integer.getInteger("flotilla.process.all.kills", 3);
    private static final int RECORDS_BETWEEN = 1_500;

    @RegisterExtension
    static final TestCluster CLUSTER = TestCluster.ofNodes(3);

    @Test
    void acknowledgedRecordsOutliveTheWholeCluster() {
        CLUSTER.createTopic("all", 2, 3);
        AckedLoad.Verdict verdict;
        try (AckedLoad load = AckedLoad.on(CLUSTER, "all")) {
            for (int kill = 0; kill < KILLS; kill++) {
                load.awaitMore(RECORDS_BETWEEN);
                CLUSTER.nodes().forEach(NodeProcess::shoot);
                CLUSTER.nodes().forEach(NodeProcess::kill);
                CLUSTER.nodes().forEach(NodeProcess::start);
                CLUSTER.awaitFullIsr();
            }
            load.awaitMore(RECORDS_BETWEEN);
            load.end();
            verdict = load.judge();
        }
        assertThat(verdict.failures()).isEmpty();
        assertThat(verdict).matches(AckedLoad.Verdict::isFlawless, "nothing lost, repeated or reordered");
        assertThat(CLUSTER.awaitEqualReplicas("all")).hasSize(6);
    }
}
