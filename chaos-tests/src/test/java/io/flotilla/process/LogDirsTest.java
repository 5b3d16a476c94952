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

/** One of several log directories of a node goes away under load, as a disk does whose controller dies. */
@Tag("process")
class LogDirsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int LOG_DIRS = 4;
    private static final int PARTITIONS = 12;
    private static final int VALUE_CHARS = 8_000;
    private static final int VICTIM = 2;
    private static final int FAILING = 2;
    /** Acknowledged records of 8 KB before and after the failure; 4 GiB are 262,144. */
    private static final int RECORDS = Integer.getInteger("flotilla.process.dirs.records", 3_000);

    @RegisterExtension
    static final TestCluster CLUSTER = TestCluster.ofNodesWithLogDirs(3, LOG_DIRS);

    @Test
    void onlyTheReplicasOfAFailedDirectoryFailOver() throws IOException {
        TopicDescription topic = CLUSTER.createTopic("spread", PARTITIONS, 3);
        assertThat(dirs(VICTIM))
                .hasSize(LOG_DIRS)
                .allMatch(LogDirDescription::online)
                .allMatch(dir -> dir.replicas().size() == PARTITIONS / LOG_DIRS);
        Path failing = CLUSTER.node(VICTIM).logDirs().get(FAILING);
        TreeSet<Integer> hit = new TreeSet<>(dirs(VICTIM).get(FAILING).replicas().stream()
                .map(ReplicaDescription::partition)
                .toList());
        AckedLoad.Verdict verdict;
        try (AckedLoad load = AckedLoad.on(CLUSTER, "spread").valuesOf(VALUE_CHARS)) {
            load.awaitMore(RECORDS);

            Files.move(failing, failing.resolveSibling("gone")); // what is open there goes on, what is made there fails

            Await.nothingLacks(
                    PATIENCE, () -> dirs(VICTIM).get(FAILING).online() ? "the directory still counts as online" : "");
            Await.nothingLacks(PATIENCE, () -> hit.stream().anyMatch(LogDirsTest::isInSync) ? "still in sync" : "");
            load.awaitMore(RECORDS);
            load.end();
            verdict = load.judge();
        }
        assertThat(verdict).matches(AckedLoad.Verdict::isFlawless, "nothing lost, repeated or reordered");
        assertThat(verdict.failures()).isEmpty();
        assertThat(CLUSTER.node(VICTIM).isRunning()).isTrue();
        assertThat(topic.partitions())
                .allSatisfy(partition -> assertThat(isInSync(partition.partition()))
                        .as("partition %d", partition.partition())
                        .isEqualTo(!hit.contains(partition.partition())));
        assertThat(dirs(VICTIM).get(FAILING).failure()).contains(failing.toString());

        Command described =
                Command.run("log-dirs", "--describe", "--bootstrap-server", CLUSTER.client(1), "--broker-list", "2");
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
        assertThat(json.output()).contains("\"logDirs\"", "\"topic\" : \"spread\"", "\"durableEndOffset\"");
        assertThat(Command.run("log-dirs", "--bootstrap-server", CLUSTER.client(1))
                        .code())
                .isEqualTo(2);

        repaired(failing);
    }

    /** A node that is restarted with the directory in its place has everything again. */
    private static void repaired(Path failing) throws IOException {
        CLUSTER.node(VICTIM).kill();
        Files.move(failing.resolveSibling("gone"), failing);
        CLUSTER.node(VICTIM).start();
        CLUSTER.awaitFullIsr();
        assertThat(CLUSTER.awaitEqualReplicas("spread")).hasSize(PARTITIONS * 3);
    }

    private static List<LogDirDescription> dirs(int broker) {
        BrokerLogDirs found = CLUSTER.admin()
                .describeLogDirs(List.of(broker), List.of("spread"))
                .get(0);
        assertThat(found.error()).isEmpty();
        return found.dirs();
    }

    private static boolean isInSync(int partition) {
        return CLUSTER.partition("spread", partition).isr().contains(VICTIM);
    }
}
