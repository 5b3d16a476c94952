package io.flotilla.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.client.Consumer;
import io.flotilla.client.NewTopic;
import io.flotilla.client.Producer;
import io.flotilla.client.ProducerRecord;
import io.flotilla.client.TopicDescription.PartitionDescription;
import io.flotilla.client.TopicPartition;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A compacted topic keeps of each key the last value, whatever is killed while it is cleaned. */
@Tag("process")
class CompactionTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int KEYS = 50;
    private static final int VALUE_CHARS = 20_000;
    private static final String CLEANED = "cleaner-offset-checkpoint";

    @RegisterExtension
    static final TestCluster CLUSTER =
            TestCluster.ofNodes(3).with(Map.of("log.cleaner.backoff.ms", "100", "log.segment.delete.delay.ms", "500"));

    /** What was written last; null is a tombstone. */
    private final Map<String, String> model = new TreeMap<>();

    private int written;

    @Test
    void lastValuesStayWhileLeadersAreKilledAndAFollowerThatWasAwayCatchesUp() {
        create("values");
        update("values", 300);
        awaitCleaned("values", 3);
        assertThat(read("values")).isEqualTo(living());

        PartitionDescription before = CLUSTER.led("values", 0);
        int away = before.replicas().stream()
                .filter(id -> id != before.leader())
                .findFirst()
                .orElseThrow();
        CLUSTER.node(away).kill();
        for (int round = 0; round < 3; round++) {
            update("values", 150);
            int leader = CLUSTER.led("values", 0).leader();
            CLUSTER.node(leader).kill(); // amid whatever its cleaner does
            CLUSTER.node(leader).start();
            CLUSTER.led("values", 0);
        }
        update("values", 150);
        CLUSTER.node(away).start();
        CLUSTER.awaitFullIsr();
        assertThat(CLUSTER.awaitEqualReplicas("values")).hasSize(3);
        assertThat(read("values")).isEqualTo(living());

        PartitionDescription last = CLUSTER.led("values", 0);
        CLUSTER.node(last.leader()).kill();
        CLUSTER.awaitOtherLeader("values", last);
        assertThat(read("values")).isEqualTo(living());
        CLUSTER.node(last.leader()).start();
        CLUSTER.awaitFullIsr();
    }

    @Test
    void aRecordWithoutAKeyIsRefused() {
        create("keyed");
        try (Producer producer = new Producer(CLUSTER.config(Map.of("compression.type", "zstd")))) {
            CompletableFuture<?> refused = producer.send(new ProducerRecord("keyed", null, new byte[1_000]));
            producer.flush();
            assertThat(refused)
                    .failsWithin(PATIENCE)
                    .withThrowableOfType(ExecutionException.class)
                    .havingCause()
                    .isInstanceOfSatisfying(
                            FlotillaException.class,
                            e -> assertThat(e.error().code()).isEqualTo(ErrorCode.INVALID_RECORD));
        }
    }

    private static void create(String topic) {
        CLUSTER.createTopic(new NewTopic(
                topic,
                1,
                3,
                Map.of(
                        "cleanup.policy", "compact",
                        "segment.bytes", Integer.toString(1 << 20),
                        "min.cleanable.dirty.ratio", "0.01",
                        "delete.retention.ms", "100"),
                Map.of()));
        CLUSTER.awaitFullIsr();
    }

    /** Sets and deletes values of keys in turn, and waits for all acknowledgements. */
    private void update(String topic, int records) {
        try (Producer producer = new Producer(CLUSTER.config(Map.of("compression.type", "lz4")))) {
            List<CompletableFuture<?>> sent = new ArrayList<>();
            for (int i = 0; i < records; i++) {
                String key = "key" + written * 7 % KEYS;
                String value = written % 9 == 4 ? null : written + " " + noise(written);
                model.put(key, value);
                sent.add(producer.send(new ProducerRecord(topic, bytes(key), value == null ? null : bytes(value))));
                written++;
            }
            producer.flush();
            sent.forEach(CompletableFuture::join);
        }
    }

    /** Text that no codec makes small. */
    private static String noise(int seed) {
        StringBuilder text = new StringBuilder(VALUE_CHARS);
        new Random(seed).ints(VALUE_CHARS, ' ', '~').forEach(letter -> text.append((char) letter));
        return text.toString();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private Map<String, String> living() {
        Map<String, String> living = new HashMap<>(model);
        living.values().removeIf(value -> value == null);
        return living;
    }

    /** What somebody knows who reads the topic from its beginning to its end. */
    private Map<String, String> read(String topic) {
        Map<String, String> found = new HashMap<>();
        TopicPartition partition = new TopicPartition(topic, 0);
        try (Consumer consumer = new Consumer(CLUSTER.config(Map.of("auto.offset.reset", "earliest")))) {
            consumer.assign(List.of(partition));
            Await.until("all of " + topic + " is read", PATIENCE, () -> {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> {
                    String key = new String(record.key(), StandardCharsets.UTF_8);
                    if (record.value() == null) {
                        found.remove(key);
                    } else {
                        found.put(key, new String(record.value(), StandardCharsets.UTF_8));
                    }
                });
                return consumer.position(partition) >= written;
            });
        }
        return found;
    }

    private static void awaitCleaned(String topic, int nodes) {
        Await.until(
                nodes + " nodes have cleaned " + topic,
                PATIENCE,
                () -> CLUSTER.nodes().stream()
                                .filter(node -> Segments.of(node, topic + "-0").stream()
                                        .anyMatch(file -> Files.exists(file.resolveSibling(CLEANED))))
                                .count()
                        == nodes);
    }
}
