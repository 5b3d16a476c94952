package io.flotilla.quorum.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.image.PartitionState;
import io.flotilla.model.image.TopicImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a survivor of a lost majority knows goes on under numbers that nobody was given before. */
class NewHistoryTest {
    private final TestCluster cluster = TestCluster.of(3);

    @Test
    void everyNumberThatTheLostVotersMayHaveGivenIsSkipped() {
        cluster.topic("orders", Map.of(), 1, 2, 3);
        MetadataImage before = cluster.image();

        MetadataImage after = NewHistory.of(before, "h2");

        assertThat(after.clusterId()).isEqualTo("c1");
        assertThat(after.historyId()).isEqualTo("h2");
        assertThat(after.revision()).isEqualTo(before.revision() + (1L << 32));
        assertThat(after.nextProducerId()).isEqualTo(before.nextProducerId() + (1L << 32));
        TopicImage orders = after.topics().named("orders").orElseThrow();
        PartitionState old =
                before.topics().named("orders").orElseThrow().partitions().get(0);
        PartitionState now = orders.partitions().get(0);
        assertThat(now.leaderEpoch()).isEqualTo(old.leaderEpoch() + (1 << 20));
        assertThat(now.partitionEpoch()).isEqualTo(old.partitionEpoch() + (1 << 20));
        assertThat(now.leader()).isEqualTo(old.leader());
        assertThat(now.isr()).isEqualTo(old.isr());
        assertThat(now.replicas()).isEqualTo(old.replicas());
    }

    @Test
    void brokersTopicsAndAnswersAreAsBefore() {
        cluster.topic("orders", Map.of(), 1, 2, 3);

        MetadataImage after = NewHistory.of(cluster.image(), "h2");

        assertThat(after.brokers()).isEqualTo(cluster.image().brokers());
        assertThat(after.topics().named("orders").orElseThrow().id())
                .isEqualTo(
                        cluster.image().topics().named("orders").orElseThrow().id());
        assertThat(after.requests()).isEqualTo(cluster.image().requests());
        assertThat(after.featureLevel()).isEqualTo(cluster.image().featureLevel());
    }

    @Test
    void itIsStoredAndReadAsAnySnapshotIs() throws IOException {
        cluster.topic("orders", Map.of(), 1, 2, 3);
        MetadataImage after = NewHistory.of(cluster.image(), "h2");
        ByteArrayOutputStream stored = new ByteArrayOutputStream();

        new StateSnapshot(after, 7, 42).writeTo(stored);

        assertThat(StateSnapshot.read(new ByteArrayInputStream(stored.toByteArray()))
                        .image())
                .usingRecursiveComparison()
                .isEqualTo(after);
    }
}
