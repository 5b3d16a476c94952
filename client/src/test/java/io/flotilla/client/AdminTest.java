package io.flotilla.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

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

    @Test
    void anElectionSaysWhoWillLead() {
        cluster.topic("songs", 2);
        cluster.moveLeader("songs", 1, 2);

        List<ElectionOutcome> outcomes = admin.electLeaders(
                ElectionKind.PREFERRED, List.of(new TopicPartition("songs", 1), new TopicPartition("songs", 0)));

        assertThat(outcomes)
                .extracting(outcome -> outcome.partition().partition(), ElectionOutcome::moving)
                .containsExactly(tuple(1, true), tuple(0, false));
        assertThat(outcomes.get(1).error().orElseThrow().code()).isEqualTo(ErrorCode.ELECTION_NOT_NEEDED);
        assertThat(admin.describeTopics(List.of("songs"))
                        .get("songs")
                        .partitions()
                        .get(1)
                        .leader())
                .isEqualTo(1);
    }

    @Test
    void configsAreChangedAndDescribedByWhoKnowsThem() {
        cluster.topic("songs", 1);
        ConfigResource third = ConfigResource.broker(3);

        assertThat(admin.alterConfigs(Map.of(
                        ConfigResource.topic("songs"),
                        List.of(ConfigChange.set("max.message.bytes", "2048"), ConfigChange.delete("flush.ms")),
                        third,
                        List.of(ConfigChange.set("cordoned.log.dirs", "*")))))
                .allMatch(OperationResult::succeeded);

        assertThat(admin.describeConfigs(ConfigResource.topic("songs")))
                .containsExactly(
                        new ConfigEntry("max.message.bytes", "2048", ConfigEntry.Source.DYNAMIC_TOPIC_CONFIG, false));
        assertThat(admin.describeConfigs(third))
                .extracting(ConfigEntry::source)
                .containsExactly(ConfigEntry.Source.DYNAMIC_BROKER_CONFIG);
        assertThatThrownBy(() -> admin.describeConfigs(ConfigResource.broker(9)))
                .hasMessageContaining("BROKER_ID_NOT_REGISTERED");
        assertThat(admin.validateConfigs(Map.of(third, List.of(ConfigChange.set("wrong", "1"))))
                        .get(0)
                        .error())
                .isPresent();
    }

    @Test
    void aTopicGrows() {
        cluster.topic("songs", 1);

        admin.createPartitions(List.of(new NewPartitions("songs", 3))).get(0).orThrow();

        assertThat(admin.describeTopics(List.of("songs")).get("songs").partitions())
                .hasSize(3);
    }

    @Test
    void movesAreBegunListedAndCancelled() {
        cluster.topic("songs", 1);
        TopicPartition partition = new TopicPartition("songs", 0);

        admin.alterPartitionReassignments(Map.of(partition, List.of(2, 3)))
                .get(0)
                .orThrow();
        assertThat(admin.listPartitionReassignments()).singleElement().satisfies(move -> {
            assertThat(move.partition()).isEqualTo(partition);
            assertThat(move.target()).containsExactly(2, 3);
        });

        admin.alterPartitionReassignments(Map.of(partition, List.of())).get(0).orThrow();
        assertThat(admin.listPartitionReassignments()).isEmpty();
        assertThat(admin.alterPartitionReassignments(Map.of(partition, List.of()))
                        .get(0)
                        .error()
                        .orElseThrow()
                        .code())
                .isEqualTo(ErrorCode.NO_REASSIGNMENT_IN_PROGRESS);
    }
}
