package io.flotilla.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.client.BrokerLogDirs;
import io.flotilla.client.LogDirDescription;
import io.flotilla.client.LogDirDescription.ReplicaDescription;
import io.flotilla.client.TopicDescription;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One of several log directories of a node fails under load: only its replicas fail over. */
@Tag("process")
class LogDirsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int LOG_DIRS = 4;
    private static final int PARTITIONS = 12;
    private static final int VALUE_CHARS = 8_000;
    /** Node, and number of its directory, that goes away as with a disk whose controller dies. */
    private static final int VANISHING_NODE = 2;

    private static final int VANISHING = 2;
    /** Node, and number of its directory, whose file system turns read-only. */
    private static final int READ_ONLY_NODE = 3;

    private static final int READ_ONLY = 1;
    /** Acknowledged records of 8 KB before and after the failure; 4 GiB are 262,144. */
    private static final int RECORDS = Integer.getInteger("flotilla.process.dirs.records", 3_000);

    private static final int DISK_MIB = 16_384;

    @RegisterExtension
    static final SmallDisk DISK = SmallDisk.onLoopDevice(DISK_MIB);

    @RegisterExtension
    static final TestCluster CLUSTER =
            TestCluster.ofNodesWithLogDirs(3, LOG_DIRS).withLogDir(READ_ONLY_NODE, READ_ONLY, DISK.path());

    @Test
    void onlyTheReplicasOfADirectoryThatVanishesFailOver() throws IOException {
        Path failing = CLUSTER.node(VANISHING_NODE).logDirs().get(VANISHING);
        failsOver("vanishing", VANISHING_NODE, VANISHING, () -> {
            Files.move(failing, failing.resolveSibling("gone")); // what is open goes on, what is made there fails
        });

        Command described = Command.run(
                "log-dirs",
                "--describe",
                "--bootstrap-server",
                CLUSTER.client(1),
                "--broker-list",
                Integer.toString(VANISHING_NODE));
        assertThat(described.code()).isOne();
        assertThat(described.output()).contains(failing.toString(), "offline", "online");
        Command json = Command.run(
                "log-dirs",
                "--describe",
                "--bootstrap-server",
                CLUSTER.client(1),
                "--output",
                "json",
                "--broker-list",
                "1");
        assertThat(json.code()).isZero();
        assertThat(json.output()).contains("\"logDirs\"", "\"topic\" : \"vanishing\"", "\"durableEndOffset\"");
        assertThat(Command.run("log-dirs", "--bootstrap-server", CLUSTER.client(1))
                        .code())
                .isEqualTo(2);

        repaired("vanishing", VANISHING_NODE, () -> Files.move(failing.resolveSibling("gone"), failing));
    }

    @Test
    void onlyTheReplicasOfADirectoryThatTurnsReadOnlyFailOver() throws IOException {
        DISK.assumeMounted();
        failsOver("read-only", READ_ONLY_NODE, READ_ONLY, DISK::fail);
        repaired("read-only", READ_ONLY_NODE, DISK::repair);
    }

    private interface OnFiles {
        void run() throws IOException;
    }

    private static void failsOver(String name, int victim, int failing, OnFiles breaks) throws IOException {
        TopicDescription topic = CLUSTER.createTopic(name, PARTITIONS, 3);
        assertThat(dirs(name, victim))
                .hasSize(LOG_DIRS)
                .allMatch(LogDirDescription::online)
                .allMatch(dir -> dir.replicas().size() == PARTITIONS / LOG_DIRS);
        TreeSet<Integer> hit = new TreeSet<>(dirs(name, victim).get(failing).replicas().stream()
                .map(ReplicaDescription::partition)
                .toList());
        AckedLoad.Verdict verdict;
        try (AckedLoad load = AckedLoad.on(CLUSTER, name).valuesOf(VALUE_CHARS)) {
            load.awaitMore(RECORDS);

            breaks.run();

            Await.nothingLacks(
                    PATIENCE,
                    () -> dirs(name, victim).get(failing).online() ? "the directory still counts as online" : "");
            Await.nothingLacks(
                    PATIENCE,
                    () -> hit.stream().anyMatch(partition -> isInSync(name, partition, victim)) ? "still in sync" : "");
            load.awaitMore(RECORDS);
            load.end();
            verdict = load.judge();
        }
        assertThat(verdict).matches(AckedLoad.Verdict::isFlawless, "nothing lost, repeated or reordered");
        assertThat(verdict.failures()).isEmpty();
        assertThat(CLUSTER.node(victim).isRunning()).isTrue();
        assertThat(topic.partitions())
                .allSatisfy(partition -> assertThat(isInSync(name, partition.partition(), victim))
                        .as("partition %d", partition.partition())
                        .isEqualTo(!hit.contains(partition.partition())));
        assertThat(dirs(name, victim).get(failing).failure())
                .contains(CLUSTER.node(victim).logDirs().get(failing).toString());
    }

    /** A node that is restarted with the directory in its place has everything again. */
    private static void repaired(String name, int victim, OnFiles repair) throws IOException {
        CLUSTER.node(victim).kill();
        repair.run();
        CLUSTER.node(victim).start();
        CLUSTER.awaitFullIsr();
        assertThat(CLUSTER.awaitEqualReplicas(name)).hasSize(PARTITIONS * 3);
    }

    private static List<LogDirDescription> dirs(String topic, int broker) {
        BrokerLogDirs found =
                CLUSTER.admin().describeLogDirs(List.of(broker), List.of(topic)).get(0);
        assertThat(found.error()).isEmpty();
        return found.dirs();
    }

    private static boolean isInSync(String topic, int partition, int broker) {
        return CLUSTER.partition(topic, partition).isr().contains(broker);
    }
}
