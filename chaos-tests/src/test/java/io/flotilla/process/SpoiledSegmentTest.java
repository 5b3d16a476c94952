package io.flotilla.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.client.TopicDescription.PartitionDescription;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What nobody has read for long goes bad on a leader's disk while it runs; reading it again finds that (R19). */
@Tag("process")
class SpoiledSegmentTest {
    private static final int VALUE_CHARS = 1_000;
    /** Enough for three segments. */
    private static final int RECORDS = 2_600;

    @RegisterExtension
    static final TestCluster CLUSTER = TestCluster.ofNodes(
            3,
            Map.of(
                    "log.segment.bytes", "1048576",
                    "log.scrub.interval.ms", "1000",
                    "log.scrub.bytes.per.second", "20000000"));

    @Test
    void aBitOfAClosedSegmentIsFoundAndTheLeaderIsRepaired() {
        CLUSTER.createTopic("closed", 1, 3);
        try (AckedLoad load = AckedLoad.on(CLUSTER, "closed").valuesOf(VALUE_CHARS)) {
            load.awaitMore(RECORDS);
            PartitionDescription before = CLUSTER.led("closed", 0);
            List<Path> segments = Segments.of(CLUSTER.node(before.leader()), "closed-0");
            assertThat(segments).hasSizeGreaterThan(1);
            Segments.invertBit(segments.get(0), Segments.size(segments.get(0)) / 2);
            CLUSTER.awaitRepaired("closed", before);
            load.awaitMore(200);
            load.end();
            assertThat(load.judge()).matches(AckedLoad.Verdict::isFlawless, "nothing lost, repeated or reordered");
        }
        assertThat(CLUSTER.awaitEqualReplicas("closed")).hasSize(3);
    }
}
