package io.flotilla.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.proto.v1.CreateTopicsRequest;
import io.flotilla.proto.v1.FetchRequest;
import io.flotilla.proto.v1.FetchResponse;
import io.flotilla.proto.v1.NewTopic;
import io.flotilla.proto.v1.ProduceResponse;
import io.flotilla.proto.v1.RecordBatch;
import io.flotilla.proto.v1.RecordBatches;
import io.flotilla.proto.v1.RecordSet;
import io.flotilla.proto.v1.TopicRef;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Generated stubs alone are a client, and the schema alone reads the disk. */
@Tag("process")
class StockStubTest {
    private static final Path PROTOC =
            Path.of(System.getProperty("user.home"), ".m2/repository/com/google/protobuf/protoc");
    private static final Path SCHEMA = Path.of("..", "proto", "src", "main", "proto");

    private static final Duration SERVED = Duration.ofSeconds(10);

    @RegisterExtension
    static final TestCluster CLUSTER = TestCluster.ofNodes(1);

    @Test
    void aStubCreatesProducesAndFetches() throws IOException {
        RecordBatch.Builder sent = StubClient.batch(List.of("one", "two", "three"));
        try (StubClient stub = new StubClient(CLUSTER.client(1))) {
            createTopic(stub, "stock");
            ProduceResponse acked = stub.produce(StubClient.request("stock", sent));
            assertThat(acked.hasError()).as(acked.toString()).isFalse();
            assertThat(acked.getBaseOffset()).isZero();
            assertThat(acked.getLastOffset()).isEqualTo(2);

            FetchResponse fetched = stub.fetch("stock", 0);
            assertThat(fetched.getHighWatermark()).isEqualTo(3);
            assertThat(fetched.getBatchesList()).singleElement().satisfies(batch -> {
                assertThat(batch.getBaseOffset()).isZero();
                assertThat(batch.hasCrc()).isTrue();
                assertThat(asProduced(batch)).isEqualTo(sent.build());
            });
            assertThat(RecordSet.parseFrom(fetched.getBatches(0).getPayload()).getRecordsList())
                    .extracting(record -> record.getValue().toStringUtf8())
                    .containsExactly("one", "two", "three");
            assertThat(RecordBatches.parseFrom(Files.readAllBytes(segment(acked)))
                            .getBatchesList())
                    .isEqualTo(fetched.getBatchesList());
        }
    }

    @Test
    void protocPrintsARawSegment() throws IOException, InterruptedException {
        Path protoc = protoc();
        try (StubClient stub = new StubClient(CLUSTER.client(1))) {
            createTopic(stub, "printed");
            ProduceResponse acked = stub.produce(StubClient.request("printed", StubClient.batch(List.of("written"))));
            assertThat(acked.hasError()).as(acked.toString()).isFalse();
            Process decode = new ProcessBuilder(
                            protoc.toString(),
                            "--decode=flotilla.v1.RecordBatches",
                            "-I" + SCHEMA,
                            "flotilla/v1/record.proto")
                    .redirectInput(segment(acked).toFile())
                    .redirectErrorStream(true)
                    .start();
            String printed = new String(decode.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(decode.waitFor()).as(printed).isZero();
            assertThat(printed).contains("batches {", "base_offset: 0", "record_count: 1", "written");
        }
    }

    /**
     * Creates a topic, and asks for it until its leader has made its log: what is refused before can be tried again.
     */
    private static void createTopic(StubClient stub, String name) {
        var created = stub.admin()
                .createTopics(CreateTopicsRequest.newBuilder()
                        .addTopics(NewTopic.newBuilder().setName(name).setPartitions(1))
                        .build());
        assertThat(created.getResultsList()).singleElement().matches(result -> !result.hasError());
        CLUSTER.leader(name, 0);
        FetchRequest.Builder first = FetchRequest.newBuilder()
                .setTopic(TopicRef.newBuilder().setName(name))
                .setMaxWaitMs(0);
        Await.until(name + " is served", SERVED, () -> !stub.fetch(first).hasError());
    }

    /** What the producer sent of a stored batch: all but what the broker assigned. */
    private static RecordBatch asProduced(RecordBatch stored) {
        return stored.toBuilder()
                .clearBaseOffset()
                .clearLeaderEpoch()
                .clearAppendTimeMs()
                .clearHeaderCrc()
                .clearCrc()
                .build();
    }

    /** The one segment that holds the acknowledged batch, found by its append time. */
    private static Path segment(ProduceResponse acked) throws IOException {
        try (Stream<Path> files = Files.walk(CLUSTER.node(1).data())) {
            for (Path file : files.filter(Segments::isSegment).toList()) {
                List<RecordBatch> batches =
                        RecordBatches.parseFrom(Files.readAllBytes(file)).getBatchesList();
                if (batches.stream().anyMatch(batch -> batch.getAppendTimeMs() == acked.getAppendTimeMs())) {
                    return file;
                }
            }
        }
        throw new AssertionError("no segment in " + CLUSTER.node(1).data() + " holds the batch");
    }

    private static Path protoc() throws IOException {
        Assumptions.assumeTrue(Files.isDirectory(PROTOC), "the build fetched no protoc");
        try (Stream<Path> files = Files.walk(PROTOC)) {
            Path original = files.filter(file -> file.toString().endsWith(".exe"))
                    .findFirst()
                    .orElse(null);
            Assumptions.assumeTrue(original != null, "the build fetched no protoc");
            Path runnable = CLUSTER.folder().resolve("protoc");
            Files.copy(original, runnable);
            Assumptions.assumeTrue(runnable.toFile().setExecutable(true), "protoc cannot be made executable");
            return runnable;
        }
    }
}
