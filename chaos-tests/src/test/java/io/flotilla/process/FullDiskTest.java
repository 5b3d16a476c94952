package io.flotilla.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.client.Consumer;
import io.flotilla.client.Producer;
import io.flotilla.client.ProducerRecord;
import io.flotilla.client.TopicPartition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The file system of a node's only log directory fills up under load, and is made larger. */
@Tag("process")
class FullDiskTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int MIB = 1 << 20;
    private static final int DISK_MIB = 48;
    private static final int FREE_MIB_MIN = 16;
    private static final int VALUE_CHARS = 8_000;
    private static final String LOW = "bytes free, less than log.free.bytes.min";

    @RegisterExtension
    static final SmallDisk DISK = SmallDisk.inMemory(DISK_MIB);

    @RegisterExtension
    static final TestCluster CLUSTER = TestCluster.ofNodes(
            1,
            Map.of(
                    "log.dirs",
                    DISK.path().resolve("data").toString(),
                    "metadata.log.dir",
                    DISK.path().resolveSibling("metadata").toString(),
                    "log.segment.bytes",
                    Integer.toString(MIB),
                    "log.free.bytes.min",
                    Integer.toString(FREE_MIB_MIN * MIB)));

    @BeforeAll
    static void onAFileSystemOfItsOwn() {
        DISK.assumeMounted();
    }

    @BeforeEach
    void withRoom() {
        DISK.resize((int) (usedBytes() / MIB) + DISK_MIB);
    }

    private long usedBytes() {
        try {
            var store = Files.getFileStore(DISK.path());
            return store.getTotalSpace() - store.getUsableSpace();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void writesAreRefusedClearlyReadsGoOnAndAllGoesOnByItself() throws IOException {
        CLUSTER.createTopic("filling", 2, 1);
        try (AckedLoad load = AckedLoad.on(CLUSTER, "filling").valuesOf(VALUE_CHARS)) {
            Await.until("the node says that it is low on space", PATIENCE, () -> saysLow(1));
            assertThat(DISK.freeBytes()).isBetween(FREE_MIB_MIN / 2L * MIB, FREE_MIB_MIN * (long) MIB);

            assertThatThrownBy(FullDiskTest::produceOne)
                    .hasMessageContaining("KAFKA_STORAGE_ERROR")
                    .hasMessageContaining(DISK.path().toString())
                    .hasMessageContaining(LOW + " " + FREE_MIB_MIN * MIB)
                    .hasMessageContaining("Free space on its file system");
            assertThat(readSome("filling")).isPositive();
            assertThat(CLUSTER.node(1).isRunning()).isTrue();
            assertThat(CLUSTER.admin()
                            .describeLogDirs(List.of(1), List.of())
                            .get(0)
                            .dirs())
                    .allMatch(dir -> dir.online());

            DISK.resize(3 * DISK_MIB);
            load.awaitMore(500);
            assertThat(CLUSTER.node(1).output()).contains("takes new records again");
            load.end();
            assertThat(load.judge()).matches(AckedLoad.Verdict::isFlawless, "nothing lost, repeated or reordered");
        }
    }

    @Test
    void whenOthersUseUpTheReserveNothingAcknowledgedIsLostEither() throws IOException {
        CLUSTER.createTopic("crowded", 2, 1);
        try (AckedLoad load = AckedLoad.on(CLUSTER, "crowded").valuesOf(VALUE_CHARS)) {
            load.awaitMore(500);
            Path filler = DISK.fill();
            Await.until("nothing is acknowledged any more", PATIENCE, () -> saysLow(2));
            assertThat(readSome("crowded")).isPositive();

            Files.delete(filler);
            load.awaitMore(500);
            load.end();
            assertThat(load.judge()).matches(AckedLoad.Verdict::isFlawless, "nothing lost, repeated or reordered");
        }
        assertThat(CLUSTER.node(1).output()).doesNotContain("is offline until this node is restarted");
        CLUSTER.node(1).kill();
        CLUSTER.node(1).start();
        CLUSTER.awaitFullIsr();
        assertThat(readSome("crowded")).isPositive();
    }

    private static boolean saysLow(int timesMin) {
        return CLUSTER.node(1).output().split(LOW, -1).length > timesMin;
    }

    private static void produceOne() {
        try (Producer producer = new Producer(CLUSTER.config(
                Map.of("delivery.timeout.ms", "3000", "request.timeout.ms", "1000", "linger.ms", "0")))) {
            producer.send(ProducerRecord.of("filling", "key", "0")).join();
        }
    }

    /** How many records the first polls bring. */
    private static int readSome(String topic) {
        List<TopicPartition> partitions = List.of(new TopicPartition(topic, 0), new TopicPartition(topic, 1));
        try (Consumer consumer = new Consumer(CLUSTER.config(Map.of()))) {
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            int[] read = {0};
            Await.until("records can be read", PATIENCE, () -> {
                read[0] += consumer.poll(Duration.ofSeconds(1)).size();
                return read[0] > 0;
            });
            return read[0];
        }
    }
}
