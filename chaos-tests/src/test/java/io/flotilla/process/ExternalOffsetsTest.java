package io.flotilla.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.client.Producer;
import io.flotilla.client.ProducerRecord;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The example that keeps its offsets in its own database, killed at random moments. */
@Tag("process")
@Timeout(120)
class ExternalOffsetsTest {
    private static final String TOPIC = "orders";
    private static final int PARTITIONS = 3;
    private static final int RECORDS_EACH = 2_000;
    private static final int RECORDS_MAX = 20;
    private static final int KILLS = 6;
    private static final int TRANSACTIONS_MAX = 30;
    private static final long SEED = 6;

    @RegisterExtension
    static final TestCluster CLUSTER = TestCluster.ofNodes(1);

    @TempDir
    Path folder;

    @Test
    void eachRecordIsInTheDatabaseOnceAndInOrderHoweverOftenTheCopyIsKilled() throws Exception {
        CLUSTER.createTopic(TOPIC, PARTITIONS, 1);
        send();
        Random random = new Random(SEED);
        for (int kill = 0; kill < KILLS; kill++) {
            killAfter(1 + random.nextInt(TRANSACTIONS_MAX), kill % 2 == 1);
        }
        long whenKilled = rows().values().stream().mapToInt(List::size).sum();
        assertThat(whenKilled)
                .as("records in the database after the last kill, seed " + SEED)
                .isBetween((long) KILLS * RECORDS_MAX, (long) PARTITIONS * RECORDS_EACH - 1);

        Command last = Command.end(Command.startChaos(copy("--to-end")));
        assertThat(last.code()).as(last.output()).isZero();
        List<String> wanted = IntStream.range(0, RECORDS_EACH)
                .mapToObj(offset -> offset + "=v" + offset)
                .toList();
        assertThat(rows())
                .as("seed " + SEED)
                .hasSize(PARTITIONS)
                .allSatisfy((partition, rows) -> assertThat(rows).isEqualTo(wanted));
    }

    private static void send() {
        try (Producer producer = new Producer(CLUSTER.config(Map.of()))) {
            for (int number = 0; number < RECORDS_EACH; number++) {
                for (int partition = 0; partition < PARTITIONS; partition++) {
                    byte[] value = ("v" + number).getBytes(StandardCharsets.UTF_8);
                    producer.send(new ProducerRecord(TOPIC, partition, null, value));
                }
            }
            producer.flush();
        }
    }

    /** @param writing waits until the database file changes, so that the kill meets a transaction */
    private void killAfter(int transactions, boolean writing) throws IOException {
        Process copy = Command.startChaos(copy());
        BufferedReader told = copy.inputReader(StandardCharsets.UTF_8);
        List<String> lines = new ArrayList<>();
        for (int seen = 0; seen < transactions; ) {
            String line = told.readLine();
            assertThat(line).as("it ended by itself: " + lines).isNotNull();
            lines.add(line);
            seen += line.startsWith("entered ") ? 1 : 0;
        }
        assertThat(copy.isAlive()).isTrue();
        List<Object> before = stamp();
        while (writing && copy.isAlive() && stamp().equals(before)) {
            Thread.onSpinWait(); // to wait any longer would miss the moment
        }
        copy.destroyForcibly();
        copy.onExit().join();
    }

    private String[] copy(String... more) {
        List<String> command = new ArrayList<>(List.of("copy-to-database", "--topic", TOPIC));
        command.addAll(List.of(
                "--bootstrap-server",
                CLUSTER.client(1),
                "--database",
                database().toString()));
        command.addAll(List.of("--records-max", Integer.toString(RECORDS_MAX)));
        command.addAll(List.of(more));
        return command.toArray(String[]::new);
    }

    private List<Object> stamp() throws IOException {
        Path file = Path.of(database() + ".mv.db");
        return List.of(Files.size(file), Files.getLastModifiedTime(file));
    }

    private Path database() {
        return folder.resolve("orders");
    }

    /** What is in the database, in the order of arrival: for each partition {@code offset=value}. */
    private Map<Integer, List<String>> rows() throws SQLException {
        Map<Integer, List<String>> rows = new TreeMap<>();
        try (Connection connection = DriverManager.getConnection("jdbc:h2:" + database());
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(
                        "SELECT partition_number, record_offset, record_value FROM records ORDER BY arrival")) {
            while (found.next()) {
                rows.computeIfAbsent(found.getInt(1), partition -> new ArrayList<>())
                        .add(found.getLong(2) + "=" + new String(found.getBytes(3), StandardCharsets.UTF_8));
            }
        }
        return rows;
    }
}
