package io.flotilla.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.client.fake.FakeCluster;
import io.flotilla.model.error.ErrorCode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AdminTest {
    private final FakeCluster cluster = new FakeCluster(3);
    private Admin admin;

    @BeforeEach
    void connect() {
        admin = new Admin(Map.of("bootstrap.servers", cluster.bootstrap()));
    }

    @AfterEach
    void stop() {
        admin.close();
        cluster.close();
    }

    @Test
    void aCreatedTopicIsDescribedAsItWasAskedFor() {
        TopicResult result = admin.createTopics(
                        List.of(new NewTopic("songs", 3, 3).withConfigs(Map.of("durability", "synced"))))
                .get(0)
                .orThrow();
        TopicDescription described = admin.describeTopics(List.of("songs")).get("songs");
        assertThat(result.topic()).contains(described);
        assertThat(described.partitions()).hasSize(3);
        assertThat(described.replicationFactor()).isEqualTo(3);
        assertThat(described.configs()).containsEntry("durability", "synced");
        assertThat(described.partitions().get(1).leader()).isEqualTo(2);
    }

    @Test
    void oneTopicMayFailWhileAnotherSucceeds() {
        cluster.topic("old", 1);
        List<TopicResult> results = admin.createTopics(List.of(new NewTopic("old", 1, 1), new NewTopic("new", 1, 1)));
        assertThat(results.get(0).error().orElseThrow().code()).isEqualTo(ErrorCode.TOPIC_ALREADY_EXISTS);
        assertThat(results.get(1).succeeded()).isTrue();
        assertThatThrownBy(() -> results.get(0).orThrow()).hasMessageContaining("TOPIC_ALREADY_EXISTS");
    }

    @Test
    void aCreationWhoseAnswersAreLostIsMadeOnce() {
        cluster.losingAdminAnswers(2);
        TopicResult result =
                admin.createTopics(List.of(new NewTopic("songs", 1, 1))).get(0);
        assertThat(result.error()).isEmpty();
        assertThat(admin.listTopics()).containsExactly("songs");
    }

    @Test
    void validationCreatesNothing() {
        assertThat(admin.validateTopics(List.of(new NewTopic("songs", 1, 1)))
                        .get(0)
                        .succeeded())
                .isTrue();
        assertThat(admin.listTopics()).isEmpty();
    }

    @Test
    void aDeletedTopicIsGone() {
        cluster.topic("songs", 1);
        assertThat(admin.deleteTopics(List.of("songs", "nowhere")))
                .extracting(TopicResult::succeeded)
                .containsExactly(true, false);
        assertThat(admin.listTopics()).isEmpty();
    }

    @Test
    void anUnknownTopicIsNamed() {
        assertThatThrownBy(() -> admin.describeTopics(List.of("nowhere")))
                .hasMessageContaining("UNKNOWN_TOPIC_OR_PARTITION")
                .hasMessageContaining("nowhere");
    }

    @Test
    void callsGoToAnotherBrokerWhenOneIsDead() {
        cluster.topic("songs", 1);
        cluster.kill(1);
        cluster.kill(2);
        assertThat(admin.listTopics()).containsExactly("songs");
        assertThat(admin.describeCluster().brokers()).hasSize(3);
    }

    @Test
    void nobodyThereIsSaidInTime() {
        cluster.close();
        try (Admin hasty =
                new Admin(Map.of("bootstrap.servers", cluster.bootstrap(), "default.api.timeout.ms", "300"))) {
            assertThatThrownBy(hasty::listTopics).hasMessageContaining("default.api.timeout.ms 300");
        }
    }

    @Test
    void theQuorumIsDescribed() {
        QuorumDescription quorum = admin.describeQuorum();
        assertThat(quorum.leaderId()).isEqualTo(1);
        assertThat(quorum.highWatermark()).isEqualTo(42);
        assertThat(quorum.voters()).containsExactly(new QuorumDescription.Node(1, "127.0.0.1:9094", 42, 0));
    }

    @Test
    void offsetsComeFromEachLeader() {
        cluster.topic("songs", 3);
        try (Producer producer = new Producer(Map.of("bootstrap.servers", cluster.bootstrap()))) {
            for (int partition = 0; partition < 3; partition++) {
                for (int i = 0; i <= partition; i++) {
                    producer.send(new ProducerRecord("songs", partition, null, null, new byte[1], List.of()));
                }
            }
        }
        Map<TopicPartition, Long> ends = admin.listOffsets(Map.of(
                new TopicPartition("songs", 0), OffsetSpec.latest(),
                new TopicPartition("songs", 1), OffsetSpec.latest(),
                new TopicPartition("songs", 2), OffsetSpec.earliest()));
        assertThat(ends)
                .containsEntry(new TopicPartition("songs", 0), 1L)
                .containsEntry(new TopicPartition("songs", 1), 2L)
                .containsEntry(new TopicPartition("songs", 2), 0L);
    }

    @Test
    void digestsTellWhichReplicasAgree() {
        List<ReplicaDigest> digests = admin.verifyReplicas("songs", List.of());
        assertThat(digests.get(0).agreesWith(digests.get(1))).isTrue();
        assertThat(digests.get(0).agreesWith(digests.get(2))).isFalse();
        assertThat(digests.get(0).sha256()).isEqualTo("73616d65");
    }
}
