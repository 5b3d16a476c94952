package io.flotilla.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.client.ElectionKind;
import io.flotilla.client.TopicPartition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The only copy of a partition goes bad: it stays as it is, and is read below the damage by who wants that (R19). */
@Tag("process")
class OnlyCopyTest {
    private static final Duration FOUND = Duration.ofSeconds(60);

    @RegisterExtension
    static final TestCluster CLUSTER =
            TestCluster.ofNodes(1, Map.of("log.scrub.interval.ms", "1000", "log.scrub.bytes.per.second", "20000000"));

    @Test
    void nothingOfItIsTouchedAndAnUncleanElectionServesWhatIsBelowTheDamage() throws IOException {
        CLUSTER.createTopic("only", 1, 1);
        NodeProcess node = CLUSTER.node(1);
        try (AckedLoad load = AckedLoad.on(CLUSTER, "only").valuesOf(1_000)) {
            load.awaitMore(400);
            load.end();
            Path segment = Segments.of(node, "only-0").get(0);
            Segments.invertBit(segment, Segments.size(segment) / 2);
            byte[] stored = Files.readAllBytes(segment);
            awaitNoLeader();
            assertThat(segment.resolveSibling("damage")).exists();
            assertThat(node.output()).contains("is damaged from offset ", "where none has, nothing is deleted");

            node.kill();
            node.start();
            CLUSTER.awaitReady(1);
            awaitNoLeader();
            assertThat(Segments.folders(node, "only-0")).hasSize(1);
            assertThat(Files.readAllBytes(segment)).isEqualTo(stored);

            CLUSTER.admin().electLeaders(ElectionKind.UNCLEAN, List.of(new TopicPartition("only", 0)));
            CLUSTER.led("only", 0);
            AckedLoad.Verdict verdict = load.judge();
            assertThat(verdict.lost()).isBetween(1, verdict.acked() - 1);
            assertThat(verdict.repeated() + verdict.reordered() + verdict.denied())
                    .isZero();
            assertThat(Files.readAllBytes(segment)).isEqualTo(stored);
        }
    }

    private static void awaitNoLeader() {
        Await.until("nobody leads", FOUND, () -> CLUSTER.partition("only", 0).leader() < 1);
    }
}
