package io.flotilla.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.client.ConfigChange;
import io.flotilla.client.ConfigResource;
import io.flotilla.client.Consumer;
import io.flotilla.client.NewTopic;
import io.flotilla.client.OffsetSpec;
import io.flotilla.client.OperationResult;
import io.flotilla.client.Producer;
import io.flotilla.client.ProducerRecord;
import io.flotilla.client.TopicDescription.PartitionDescription;
import io.flotilla.client.TopicPartition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Records go by size, by age and because somebody asks; the next leader starts where the last one did. */
@Tag("process")
class RetentionTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int VALUE_BYTES = 100_000;
    private static final String SEGMENT_BYTES = Integer.toString(1 << 20);

    @RegisterExtension
    static final TestCluster CLUSTER = TestCluster.ofNodes(3)
            .with(Map.of("log.retention.check.interval.ms", "500", "log.segment.delete.delay.ms", "1000"));

    @Test
    void whatIsTooMuchGoesOnEveryReplicaAndTheNextLeaderStartsThere() {
        create("sized", Map.of("segment.bytes", SEGMENT_BYTES));
        produce("sized", 50);
        CLUSTER.awaitEqualReplicas("sized");
        CLUSTER.nodes()
                .forEach(node -> assertThat(count("sized", Segments.of(node))).isEqualTo(5));

        configure("sized", "retention.bytes", SEGMENT_BYTES);
        awaitStart("sized", start -> start == 30);
        awaitFiles("sized", 2);
        long start = start("sized");

        killLeader("sized");
        assertThat(start("sized")).isEqualTo(start);
        assertThat(firstRead("sized")).isEqualTo(start);
    }

    @Test
    void whatIsTooOldGoesAndAnEmptyLogGoesOn() {
        create("aged", Map.of("segment.bytes", SEGMENT_BYTES));
        produce("aged", 25);
        configure("aged", "retention.ms", "1");
        awaitStart("aged", start -> start == 25);
        awaitFiles("aged", 1);
        configure("aged", "retention.ms", "-1");

        killLeader("aged");
        assertThat(start("aged")).isEqualTo(25);
        assertThat(produce("aged", 1)).isEqualTo(25);
        assertThat(firstRead("aged")).isEqualTo(25);
    }

    @Test
    void theCommandDeletesRecordsAndSaysWhatIsWrong() throws IOException {
        create("asked", Map.of());
        produce("asked", 10);
        Command deleted = delete("""
                {"partitions": [{"topic": "asked", "partition": 0, "offset": 4}], "version": 1}""");
        assertThat(deleted.output()).contains("LowWatermark", "deleted");
        assertThat(deleted.code()).isZero();
        assertThat(start("asked")).isEqualTo(4);
        assertThat(firstRead("asked")).isEqualTo(4);

        Command above = delete("""
                {"partitions": [{"topic": "asked", "partition": 0, "offset": 11},
                                {"topic": "asked", "partition": 7, "offset": 1},
                                {"topic": "nothing", "partition": 0, "offset": 1}]}""");
        assertThat(above.code()).isEqualTo(1);
        assertThat(above.output()).contains("OFFSET_OUT_OF_RANGE", "high watermark 10, not 11");
        assertThat(above.output()).contains("partitions 0 to 0, not 7", "topic nothing does not exist");

        Command all = delete("""
                {"partitions": [{"topic": "asked", "partition": 0, "offset": -1}]}""", "--output", "json");
        assertThat(all.output()).contains("\"lowWatermark\" : 10");
        killLeader("asked");
        assertThat(start("asked")).isEqualTo(10);
        assertThat(produce("asked", 1)).isEqualTo(10);

        assertThat(delete("{\"partitions\": [{\"topic\": \"asked\", \"partition\": 0}]}")
                        .output())
                .contains("has no offset");
        assertThat(delete("{\"partitions\": [], \"version\": 2}").output()).contains("version 2 is not known");
        assertThat(delete("{\"partitions\": []}").output()).contains("names no partition");
        assertThat(delete("nonsense").output()).contains("is no JSON");
        Command without = Command.run("delete-records", "--bootstrap-server", CLUSTER.client(1));
        assertThat(without.code()).isEqualTo(2);
        assertThat(without.output()).contains("--offset-json-file");
    }

    private static Command delete(String json, String... more) throws IOException {
        Path file = Files.writeString(CLUSTER.folder().resolve("offsets.json"), json);
        List<String> words = new ArrayList<>(List.of(
                "delete-records", "--bootstrap-server", CLUSTER.client(1), "--offset-json-file", file.toString()));
        words.addAll(List.of(more));
        return Command.run(words.toArray(String[]::new));
    }

    private static void create(String topic, Map<String, String> configs) {
        CLUSTER.createTopic(new NewTopic(topic, 1, 3, configs, Map.of()));
        CLUSTER.awaitFullIsr();
    }

    private static void configure(String topic, String key, String value) {
        CLUSTER.admin()
                .alterConfigs(Map.of(ConfigResource.topic(topic), List.of(ConfigChange.set(key, value))))
                .forEach(OperationResult::orThrow);
    }

    /** Answers the offset of the last record. */
    private static long produce(String topic, int records) {
        long[] last = {-1};
        try (Producer producer = new Producer(CLUSTER.config(Map.of("linger.ms", "0")))) {
            for (int i = 0; i < records; i++) {
                last[0] = producer.send(new ProducerRecord(topic, null, new byte[VALUE_BYTES]))
                        .join()
                        .offset();
            }
        }
        return last[0];
    }

    private static void killLeader(String topic) {
        PartitionDescription before = CLUSTER.led(topic, 0);
        CLUSTER.node(before.leader()).kill();
        CLUSTER.awaitOtherLeader(topic, before);
        CLUSTER.node(before.leader()).start();
        CLUSTER.awaitFullIsr();
        CLUSTER.awaitEqualReplicas(topic);
    }

    private static long start(String topic) {
        TopicPartition partition = new TopicPartition(topic, 0);
        return Objects.requireNonNull(CLUSTER.admin()
                .listOffsets(Map.of(partition, OffsetSpec.earliest()))
                .get(partition));
    }

    private static void awaitStart(String topic, LongPredicate holds) {
        Await.until(topic + " starts where it should", PATIENCE, () -> holds.test(start(topic)));
    }

    private static long firstRead(String topic) {
        try (Consumer consumer = new Consumer(CLUSTER.config(Map.of("auto.offset.reset", "earliest")))) {
            consumer.assign(List.of(new TopicPartition(topic, 0)));
            long[] first = {-1};
            Await.until("a record of " + topic, PATIENCE, () -> {
                consumer.poll(Duration.ofMillis(200)).stream().limit(1).forEach(record -> first[0] = record.offset());
                return first[0] >= 0;
            });
            return first[0];
        }
    }

    /** Waits until no node holds more segments of the topic than that, nor files that were given up. */
    private static void awaitFiles(String topic, int segmentsMax) {
        Await.until(
                "files of " + topic + " are gone on every node",
                PATIENCE,
                () -> CLUSTER.nodes().stream()
                        .allMatch(node -> count(topic, Segments.of(node)) <= segmentsMax
                                && count(topic, Segments.givenUpBy(node)) == 0));
    }

    private static long count(String topic, List<Path> files) {
        return files.stream()
                .filter(file -> file.getParent().getFileName().toString().startsWith(topic + "-0."))
                .count();
    }
}
