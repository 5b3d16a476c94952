package io.flotilla.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One node alone keeps the same promises. */
@Tag("process")
class SingleNodeTest {
    @RegisterExtension
    static final TestCluster CLUSTER = TestCluster.ofNodes(1);

    @Test
    void recordsOutliveTheOnlyNode() {
        CLUSTER.createTopic("single", 2, 1);
        AckedLoad.Verdict verdict;
        try (AckedLoad load = AckedLoad.on(CLUSTER, "single")) {
            load.awaitMore(2_000);
            CLUSTER.node(1).kill();
            CLUSTER.node(1).start();
            load.awaitMore(2_000);
            load.end();
            verdict = load.judge();
        }
        assertThat(verdict.failures()).isEmpty();
        assertThat(verdict).matches(AckedLoad.Verdict::isFlawless, "nothing lost, repeated or reordered");
    }
}
