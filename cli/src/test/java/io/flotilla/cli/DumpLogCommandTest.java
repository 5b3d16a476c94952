package io.flotilla.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flotilla.broker.log.DirectorySettings;
import io.flotilla.broker.log.LogConfig;
import io.flotilla.broker.log.LogDirectory;
import io.flotilla.broker.log.disk.FileDisk;
import io.flotilla.model.id.DirectoryId;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.id.TopicId;
import io.flotilla.model.record.Codec;
import io.flotilla.model.record.RecordBatchBuilder;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command on a real log directory. */
class DumpLogCommandTest {
    private static final PartitionId PARTITION = new PartitionId(new TopicId(new UUID(5, 6)), 3);

    @TempDir
    Path directory;

    private final StringWriter output = new StringWriter();
    private final StringWriter errors = new StringWriter();
    private Path folder;
    private Path segment;

    @BeforeEach
    void aLogOfTwoBatches() throws IOException {
        DirectorySettings settings =
                new DirectorySettings("cluster", 1, new DirectoryId(new UUID(7, 7)), LogConfig.DEFAULT);
        LogDirectory open = LogDirectory.open(FileDisk.at(directory), settings, Runnable::run, failure -> {});
        open.create(Map.of(PARTITION, "orders"));
        var log = open.openLog(PARTITION);
        for (String value : List.of("first", "second")) {
            log.appendAsLeader(
                    new RecordBatchBuilder(Codec.NONE, 100)
                            .add(1000, "k".getBytes(StandardCharsets.UTF_8), value.getBytes(StandardCharsets.UTF_8))
                            .build(),
                    4,
                    5000);
        }
        open.close();
        try (var folders = Files.list(directory)) {
            folder = folders.filter(path -> path.getFileName().toString().startsWith("orders-3."))
                    .findFirst()
                    .orElseThrow();
        }
        segment = folder.resolve("00000000000000000000.log");
    }

    private int run(Object... arguments) {
        output.getBuffer().setLength(0);
        errors.getBuffer().setLength(0);
        CommandLine flotilla = Main.commandLine();
        // Like the real console, it shows nothing that was not flushed.
        flotilla.setOut(new PrintWriter(new BufferedWriter(output)));
        flotilla.setErr(new PrintWriter(errors, true));
        List<String> all = new ArrayList<>(List.of("dump-log"));
        for (Object argument : arguments) {
            all.add(argument.toString());
        }
        return flotilla.execute(all.toArray(String[]::new));
    }

    @Test
    void aSegmentIsShownAndItsRecordsWithDeep() {
        assertThat(run(segment)).isZero();
        assertThat(output.toString())
                .contains("# " + segment, "batch position: 0 baseOffset: 0", "leaderEpoch: 4", "codec: none")
                .doesNotContain("first");
        assertThat(run("--files", segment, "--deep")).isZero();
        assertThat(output.toString()).contains("record offset: 1 timestampMs: 1000 key: k value: second");
    }

    @Test
    void jsonIsAnObjectForEachLine() throws IOException {
        assertThat(run(directory, "--deep", "--output", "json")).isZero();
        List<JsonNode> lines = new ArrayList<>();
        for (String line : output.toString().lines().toList()) {
            lines.add(new ObjectMapper().readTree(line));
        }
        assertThat(lines)
                .anyMatch(line -> line.get("kind").asText().equals("record")
                        && line.get("value").asText().equals("first"))
                .anyMatch(line -> line.get("path").asText().endsWith("/offsets")
                        && line.path("recoveryPoint").asLong() == 2)
                .anyMatch(line -> line.get("path").asText().endsWith("/catalogue")
                        && line.path("status").asText().equals("PRESENT"));
    }

    @Test
    void aSoundDirectoryIsVerifiedAndADamagedOneExitsWithOne() throws IOException {
        assertThat(run("--verify", directory)).isZero();
        assertThat(output.toString()).contains("sound startOffset: 0 endOffset: 2 segments: 1 batches: 2");

        byte[] bytes = Files.readAllBytes(segment);
        bytes[bytes.length - 1] ^= 1;
        Files.write(segment, bytes);

        assertThat(run("--verify", folder)).isOne();
        assertThat(output.toString()).contains("DAMAGED", "finding defect: ", "offset 1: BAD_CRC");
        assertThat(run(segment)).isOne();
        assertThat(output.toString()).contains("batch position: 0", "DAMAGED defect: ", "BAD_CRC");
    }

    @Test
    void nothingIsChanged() throws IOException {
        byte[] before = Files.readAllBytes(segment);
        assertThat(run("--verify", directory)).isZero();
        assertThat(run("--deep", directory)).isZero();
        assertThat(Files.readAllBytes(segment)).isEqualTo(before);
        assertThat(directory.resolve(".clean-stop")).exists();
    }

    @Test
    void wrongUseIsSaid() throws IOException {
        assertThat(run()).isEqualTo(2);
        assertThat(errors.toString()).contains("name at least one file or folder");
        assertThat(run(directory.resolve("nowhere"))).isOne();
        assertThat(errors.toString()).contains("nowhere does not exist");
        Path other = Files.writeString(directory.resolve("other.txt"), "x");
        assertThat(run(other)).isOne();
        assertThat(errors.toString()).contains("none of the files that can be shown", ".log");
        assertThat(run("--verify", segment)).isOne();
        assertThat(errors.toString()).contains("name the folder " + folder);
        Path empty = Files.createDirectory(directory.resolve("empty"));
        assertThat(run(empty)).isOne();
        assertThat(errors.toString()).contains("neither a partition's folder nor a log directory");
    }
}
