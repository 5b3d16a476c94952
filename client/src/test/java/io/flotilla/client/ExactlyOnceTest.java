package io.flotilla.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.client.fake.FakeCluster;
import io.flotilla.client.fake.Fault;
import io.flotilla.model.error.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Under whatever mixture of faults: every acknowledged record is in the log once, in order, at the offset that was
 * told.
 */
@Timeout(120)
class ExactlyOnceTest {
    private static final String TOPIC = "songs";
    private static final int PARTITIONS = 2;
    private static final int RECORDS = 400;
    private static final int FAULTS = 40;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void everyRecordIsThereOnceAndInOrder(long seed) throws Exception {
        Random random = new Random(seed);
        try (FakeCluster cluster = new FakeCluster(3).topic(TOPIC, PARTITIONS)) {
            List<List<CompletableFuture<RecordMetadata>>> answers = new ArrayList<>();
            for (int partition = 0; partition < PARTITIONS; partition++) {
                answers.add(new ArrayList<>());
                for (int i = 0; i < FAULTS; i++) {
                    cluster.fault(TOPIC, partition, drawn(random));
                }
            }
            Map<String, String> config = Map.of(
                    "bootstrap.servers", cluster.bootstrap(),
                    "linger.ms", "0",
                    "batch.size", Integer.toString(1 + random.nextInt(200)));
            try (Producer producer = new Producer(config)) {
                for (int i = 0; i < RECORDS; i++) {
                    int partition = i % PARTITIONS;
                    byte[] value = ("value " + i / PARTITIONS).getBytes(java.nio.charset.StandardCharsets.UTF_8);
                    answers.get(partition)
                            .add(producer.send(new ProducerRecord(TOPIC, partition, null, null, value, List.of())));
                    if (random.nextInt(100) == 0) {
                        cluster.moveLeader(TOPIC, partition, 1 + random.nextInt(3));
                    }
                    if (random.nextInt(20) == 0) {
                        producer.flush();
                    }
                }
                producer.flush();
            }
            verify(cluster, answers, seed);
        }
    }

    private static Fault drawn(Random random) {
        return switch (random.nextInt(7)) {
            case 0 -> new Fault.DropBefore();
            case 1 -> new Fault.DropAfter();
            case 2 -> new Fault.MoveLeader();
            case 3 -> new Fault.Refuse(ErrorCode.NOT_ENOUGH_REPLICAS);
            case 4 -> new Fault.Refuse(ErrorCode.OVERLOADED);
            case 5 -> new Fault.AppendThenFail(ErrorCode.REQUEST_TIMED_OUT);
            default -> new Fault.Pass();
        };
    }

    private static void verify(FakeCluster cluster, List<List<CompletableFuture<RecordMetadata>>> answers, long seed)
            throws Exception {
        List<String> expected = IntStream.range(0, RECORDS / PARTITIONS)
                .mapToObj(number -> "value " + number)
                .toList();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            for (int i = 0; i < expected.size(); i++) {
                assertThat(answers.get(partition)
                                .get(i)
                                .get(1, TimeUnit.SECONDS)
                                .offset())
                        .as("seed %d, partition %d", seed, partition)
                        .isEqualTo(i);
            }
            assertThat(Logs.values(cluster.log(TOPIC, partition)))
                    .as("seed %d, partition %d", seed, partition)
                    .isEqualTo(expected);
            assertThat(cluster.pendingFaults(TOPIC, partition))
                    .as("seed %d", seed)
                    .isLessThan(FAULTS);
        }
    }
}
