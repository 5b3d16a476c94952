package io.flotilla.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.client.TopicDescription.PartitionDescription;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A leader's log goes bad on its disk while it runs (R19). */
@Tag("process")
class DamagedLeaderTest {
    private static final Duration MOVED = Duration.ofSeconds(60);
    private static final int RECORDS = 1_500;

    @RegisterExtension
    static final TestCluster CLUSTER = TestCluster.ofNodes(3);

    @Test
    void theReaderThatMeetsTheDamageIsServedByAnotherReplicaAndTheLeaderByItsRestart() {
        CLUSTER.createTopic("damaged", 1, 3);
        PartitionDescription before = CLUSTER.led("damaged", 0);
        int damaged = before.leader();
        AckedLoad.Verdict verdict;
        try (AckedLoad load = AckedLoad.on(CLUSTER, "damaged")) {
            load.awaitMore(RECORDS);
            load.end();
            CLUSTER.awaitEqualReplicas("damaged");
            spoil(firstSegment(damaged));
            verdict = load.judge();
        }
        assertThat(verdict).matches(AckedLoad.Verdict::isFlawless, "nothing lost, repeated or reordered");
        Await.until(
                "broker " + damaged + " is out of the ISR",
                MOVED,
                () -> !CLUSTER.partition("damaged", 0).isr().contains(damaged));
        CLUSTER.awaitOtherLeader("damaged", before);
        assertThat(CLUSTER.node(damaged).isRunning()).isTrue();

        CLUSTER.node(damaged).kill();
        CLUSTER.node(damaged).start();
        CLUSTER.awaitFullIsr();
        assertThat(CLUSTER.awaitEqualReplicas("damaged")).hasSize(3);
    }

    private static Path firstSegment(int node) {
        return Segments.of(CLUSTER.node(node)).stream()
                .filter(file -> file.getParent().getFileName().toString().startsWith("damaged-0."))
                .findFirst()
                .orElseThrow();
    }

    /** Overwrites the first byte, which belongs to the first batch. */
    private static void spoil(Path segment) {
        try (FileChannel file = FileChannel.open(segment, StandardOpenOption.WRITE)) {
            assertThat(file.write(ByteBuffer.wrap(new byte[] {0}), 0)).isOne();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
