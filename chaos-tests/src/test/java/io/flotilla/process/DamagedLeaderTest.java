package io.flotilla.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.client.TopicDescription.PartitionDescription;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A leader's log goes bad on its disk while it runs, and whoever needs what is bad finds it (R19). */
@Tag("process")
class DamagedLeaderTest {
    private static final int RECORDS = 1_500;

    /** Nobody reads the logs but those who need them. */
    @RegisterExtension
    static final TestCluster CLUSTER = TestCluster.ofNodes(3, Map.of("log.scrub.bytes.per.second", "0"));

    @Test
    void theReaderThatMeetsTheDamageIsServedByAnotherReplicaAndTheLeaderIsRepaired() {
        CLUSTER.createTopic("damaged", 1, 3);
        PartitionDescription before = CLUSTER.led("damaged", 0);
        AckedLoad.Verdict verdict;
        try (AckedLoad load = AckedLoad.on(CLUSTER, "damaged")) {
            load.awaitMore(RECORDS);
            load.end();
            CLUSTER.awaitEqualReplicas("damaged");
            Segments.invertBit(segment(before, "damaged"), 0);
            verdict = load.judge();
        }
        assertThat(verdict).matches(AckedLoad.Verdict::isFlawless, "nothing lost, repeated or reordered");
        CLUSTER.awaitRepaired("damaged", before);
        assertThat(CLUSTER.awaitEqualReplicas("damaged")).hasSize(3);
    }

    @Test
    void theFollowerThatNeedsWhatWentBadInTheActiveSegmentTellsTheLeaderWhichIsRepaired() {
        CLUSTER.createTopic("needed", 1, 3);
        PartitionDescription led = CLUSTER.led("needed", 0);
        int absent = led.replicas().stream()
                .filter(replica -> replica != led.leader())
                .findFirst()
                .orElseThrow();
        CLUSTER.node(absent).kill();
        try (AckedLoad load = AckedLoad.on(CLUSTER, "needed").valuesOf(1_000)) {
            load.awaitMore(400);
            PartitionDescription before = CLUSTER.led("needed", 0);
            Path segment = segment(before, "needed");
            Segments.invertBit(segment, Segments.size(segment) / 2);
            CLUSTER.node(absent).start();
            CLUSTER.awaitRepaired("needed", before);
            load.awaitMore(200);
            load.end();
            assertThat(load.judge()).matches(AckedLoad.Verdict::isFlawless, "nothing lost, repeated or reordered");
        }
        assertThat(CLUSTER.awaitEqualReplicas("needed")).hasSize(3);
    }

    private static Path segment(PartitionDescription led, String topic) {
        List<Path> segments = Segments.of(CLUSTER.node(led.leader()), topic + "-0");
        assertThat(segments).hasSize(1);
        return segments.get(0);
    }
}
