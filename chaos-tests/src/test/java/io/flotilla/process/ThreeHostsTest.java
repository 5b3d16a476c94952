package io.flotilla.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.process.SshHosts.Done;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What an operator does with three fresh hosts and one command. */
@Tag("process")
class ThreeHostsTest {
    private static final String EVERYWHERE = "host1:9092,host2:9092,host3:9092";
    private static final String[] RUNNING = {"node 1  running", "node 2  running", "node 3  running"};

    @RegisterExtension
    static final SshHosts HOSTS = SshHosts.of(3);

    @BeforeAll
    static void oneCommandStartsTheCluster() {
        Done started = start();
        assertThat(started.exitCode()).as(started.output()).isZero();
        assertThat(started.output()).contains("cluster of 3 combined nodes ready", EVERYWHERE);
    }

    private static Done start(String... more) {
        String[] arguments = new String[more.length + 4];
        System.arraycopy(new String[] {"--hosts", HOSTS.names(), "--timeout", "180"}, 0, arguments, 0, 4);
        System.arraycopy(more, 0, arguments, 4, more.length);
        return HOSTS.script("start-cluster.sh", arguments);
    }

    private static Done status() {
        return HOSTS.script("cluster-status.sh", "--hosts", HOSTS.names());
    }

    private static void createTopic(String topic) {
        Done created = HOSTS.flotilla(
                "",
                "topics",
                "--bootstrap-server",
                EVERYWHERE,
                "--create",
                "--topic",
                topic,
                "--partitions",
                "3",
                "--replication-factor",
                "3");
        assertThat(created.exitCode()).as(created.output()).isZero();
    }

    private static void produce(int host, String topic, String lines) {
        Done produced = HOSTS.flotilla(
                lines, "console-producer", "--bootstrap-server", "host" + host + ":9092", "--topic", topic);
        assertThat(produced.exitCode()).as(produced.output()).isZero();
    }

    private static String consume(int host, String topic, int records) {
        Done consumed = HOSTS.flotilla(
                "",
                "console-consumer",
                "--bootstrap-server",
                "host" + host + ":9092",
                "--topic",
                topic,
                "--from-beginning",
                "--max-messages",
                Integer.toString(records),
                "--timeout-ms",
                "60000");
        assertThat(consumed.exitCode()).as(consumed.output()).isZero();
        return consumed.output();
    }

    private static void awaitFullIsr() {
        Done ready = HOSTS.flotilla(
                "",
                "cluster",
                "ready",
                "--bootstrap-server",
                EVERYWHERE,
                "--brokers",
                "3",
                "--full-isr",
                "--timeout-ms",
                "120000");
        assertThat(ready.exitCode()).as(ready.output()).isZero();
    }

    @Test
    void whatGoesInThroughOneHostComesOutOfAnother() {
        createTopic("carried");
        produce(1, "carried", "ahoy\nland in sight\n");
        assertThat(consume(2, "carried", 2)).contains("ahoy", "land in sight");
    }

    @Test
    void asItStandsTheClusterIsHealthy() {
        awaitFullIsr();
        Done status = status();
        assertThat(status.exitCode()).as(status.output()).isZero();
        assertThat(status.output()).contains(RUNNING).contains("CurrentVoters:     [1, 2, 3]", "host3:9092");
    }

    @Test
    void aSecondRunChangesNothing() throws IOException {
        Map<String, String> before = traces();
        Done again = start();
        assertThat(again.exitCode()).as(again.output()).isZero();
        assertThat(again.output()).contains("running already");
        assertThat(traces()).isEqualTo(before);
    }

    /** The processes and the configuration of every host, and what the package's folder is. */
    private static Map<String, String> traces() throws IOException {
        Map<String, String> traces = new TreeMap<>();
        for (int host = 1; host <= 3; host++) {
            Path node = HOSTS.home(host).resolve("flotilla/node-" + host);
            traces.put("pid " + host, Files.readString(node.resolve("pid")));
            traces.put("configuration " + host, Files.readString(node.resolve("server.properties")));
            traces.put(
                    "files " + host, HOSTS.on(host, "ls --full-time flotilla").output());
        }
        return traces;
    }

    @Test
    void aHostThatDiesAndComesBackRejoins() throws IOException {
        createTopic("outlived");
        produce(1, "outlived", "before\n");
        awaitFullIsr();
        HOSTS.cutPower(3);
        produce(1, "outlived", "meanwhile\n");

        Done lacking = start();
        assertThat(lacking.exitCode()).as(lacking.output()).isEqualTo(1);
        assertThat(lacking.output()).contains("host3: ssh: ", "not reachable, and left alone: host3");
        Done seen = status();
        assertThat(seen.exitCode()).as(seen.output()).isEqualTo(1);
        assertThat(seen.output()).contains("host3  not reachable", "node 1  running", "node 2  running");

        HOSTS.boot(3);
        Map<String, String> others = traces();
        Done back = start();
        assertThat(back.exitCode()).as(back.output()).isZero();
        awaitFullIsr();
        assertThat(traces()).containsEntry("pid 1", others.get("pid 1")).containsEntry("pid 2", others.get("pid 2"));
        assertThat(consume(3, "outlived", 2)).contains("before", "meanwhile");
    }

    @Test
    void aKilledNodeIsStartedAgain() {
        Done killed = HOSTS.script("stop-cluster.sh", "--hosts", "host2", "--kill");
        assertThat(killed.output()).contains("stopped 1 of 1 nodes");
        Done back = start();
        assertThat(back.exitCode()).as(back.output()).isZero();
        awaitFullIsr();
    }

    @Test
    void theClusterStopsAndComesBackWithItsRecords() {
        createTopic("kept");
        produce(2, "kept", "for good\n");
        Done stopped = HOSTS.script("stop-cluster.sh", "--hosts", HOSTS.names());
        assertThat(stopped.exitCode()).as(stopped.output()).isZero();
        assertThat(stopped.output()).contains("stopped 3 of 3 nodes");
        assertThat(status().exitCode()).isEqualTo(1);
        Done back = start();
        assertThat(back.exitCode()).as(back.output()).isZero();
        assertThat(consume(3, "kept", 1)).contains("for good");
    }

    @Test
    void anUnreachableHostStopsTheFirstStart() {
        Done refused =
                HOSTS.script("start-cluster.sh", "--hosts", "host1,nobody", "--dir", "first", "--base-port", "19092");
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.output()).contains("nobody: ssh: ", "nothing was started");
        assertThat(HOSTS.home(1).resolve("first")).doesNotExist();
    }

    @Test
    void takenPortsStopTheStartOfAnotherCluster() {
        Done refused = start("--dir", "second");
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.output())
                .contains("host3: port 9094, which node 3 needs, is taken", "--base-port", "nothing was started");
        assertThat(HOSTS.home(3).resolve("second")).doesNotExist();
    }

    @Test
    void otherVotersAreRefused() {
        Done refused = HOSTS.script("start-cluster.sh", "--hosts", "host2,host1,host3");
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.output())
                .contains("has the voters 1@host1:9094,2@host2:9094,3@host3:9094", "in the same order");
    }

    @Test
    void aDryRunOnlyTells() {
        Done told = start("--dir", "third", "--dry-run", "--controllers", "3", "--brokers", "2");
        assertThat(told.exitCode()).as(told.output()).isZero();
        assertThat(told.output())
                .contains(
                        "host2$ node.sh write third 5", "process.roles=broker", "advertised.listeners=CLIENT://host2:")
                .contains("host3$ node.sh start third 3", "cluster ready");
        assertThat(HOSTS.home(1).resolve("third")).doesNotExist();
    }
}
