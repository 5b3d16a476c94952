package io.flotilla.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The tools that read and write records, as processes against a cluster, with good flags and bad ones. */
@Tag("process")
class ToolsTest {
    @RegisterExtension
    static final TestCluster CLUSTER = TestCluster.ofNodes(1);

    @BeforeAll
    static void sendThreeRecords() {
        CLUSTER.createTopic("songs", 1, 1);
        Command sent = Command.runWithInput(
                "a:1\tk1\tgröße\na:2\tk2\tv2\nb:3\tk3\tv3\n",
                on(
                        "console-producer",
                        "--topic",
                        "songs",
                        "--property",
                        "parse.headers=true",
                        "--property",
                        "parse.key=true"));
        assertThat(sent.output()).contains("sent 3 records to songs");
        assertThat(sent.code()).isZero();
    }

    @Test
    void theConsolePrintsWhatItIsAskedFor() {
        Command all =
                run("console-consumer --topic songs --from-beginning --max-messages 3 --property print.headers=true"
                        + " --property print.key=true --property print.offset=true --property key.separator=|");
        assertThat(all.code()).isZero();
        assertThat(all.output().lines())
                .containsSubsequence("Offset:0|a:1|k1|größe", "Offset:1|a:2|k2|v2", "Offset:2|b:3|k3|v3")
                .contains("Processed a total of 3 messages");

        Command one = run("console-consumer --topic songs --partition 0 --offset 1 --max-messages 1"
                + " --isolation-level read_committed");
        assertThat(one.output().lines())
                .contains("v2", "Processed a total of 1 messages")
                .doesNotContain("v3");

        Command mistyped = run("console-consumer --topic songs --property print.kye=true");
        assertThat(mistyped.code()).isOne();
        assertThat(mistyped.output()).contains("print.key is");

        Command bare = Command.runWithInput(
                "no key\n", on("console-producer", "--topic", "songs", "--property", "parse.key=true"));
        assertThat(bare.code()).isOne();
        assertThat(bare.output()).contains("line 1 has no key.separator");
    }

    @Test
    void offsetsAreToldAsLinesAndAsJson() {
        assertThat(run("get-offsets --topic songs --time earliest")).isEqualTo(new Command(0, "songs:0:0\n"));
        assertThat(run("get-offsets --topic-partitions songs:0 --time -1")).isEqualTo(new Command(0, "songs:0:3\n"));
        assertThat(run("get-offsets --topic so.* --time max-timestamp --output json")
                        .output())
                .contains("\"topic\" : \"songs\"", "\"partition\" : 0", "\"offset\" : ");
        assertThat(run("get-offsets --topic songs --time 99999999999999")).isEqualTo(new Command(0, "songs:0:\n"));
        assertThat(run("get-offsets --topic nothing").code()).isOne();
        assertThat(run("get-offsets --time tomorrow").code()).isEqualTo(2);
    }

    @Test
    void speedIsMeasured() {
        CLUSTER.createTopic("speed", 2, 1);
        CLUSTER.createTopic("warm", 1, 1);
        Command sent =
                run("producer-perf-test --topic speed --num-records 2000 --record-size 100 --producer-props acks=1"
                        + " linger.ms=1");
        assertThat(sent.code()).isZero();
        assertThat(sent.output())
                .containsPattern("2000 records sent, [0-9.]+ records/sec \\([0-9.]+ MB/sec\\), [0-9.]+ ms"
                        + " avg latency, [0-9.]+ ms max latency, \\d+ ms 50th, \\d+ ms 95th,"
                        + " \\d+ ms 99th, \\d+ ms 99.9th\\.");
        assertThat(run("producer-perf-test --topic speed --num-records 10 --payload-monotonic --output json")
                        .output())
                .contains("\"records\" : 10");
        assertThat(run("producer-perf-test --topic warm --num-records 50 --record-size 10 --warmup-records 20"
                                + " --print-metrics")
                        .output())
                .containsPattern("(?m)^50 records sent, ")
                .containsPattern("(?m)^after the warm-up: 30 records sent, ")
                .containsPattern("producer-metrics:record-send-total +: 50\\.000");
        assertThat(run("producer-perf-test --topic speed --num-records 10").code())
                .isEqualTo(2);

        Command read = run("consumer-perf-test --topic speed --messages 2010");
        assertThat(read.code()).isZero();
        assertThat(read.output())
                .contains("start.time, end.time, data.consumed.in.MB, MB.sec, data.consumed.in.nMsg, nMsg.sec")
                .contains(", 2010, ");
        assertThat(run("consumer-perf-test --topic speed --messages 2010 --output json")
                        .output())
                .contains("\"data.consumed.in.nMsg\" : 2010");
        Command tooFew = run("consumer-perf-test --topic speed --messages 2011 --timeout 3000");
        assertThat(tooFew.code()).isOne();
        assertThat(tooFew.output()).contains("of 2011 records came");
    }

    @Test
    void aVerifiableProducerTellsOfEachRecord() {
        CLUSTER.createTopic("verified", 1, 1);
        Command sent = run("verifiable-producer --topic verified --max-messages 3 --repeating-keys 2 --value-prefix 7");
        assertThat(sent.code()).isZero();
        assertThat(sent.output())
                .contains("\"name\":\"startup_complete\"", "\"name\":\"shutdown_complete\"")
                .contains("\"key\":\"0\",\"value\":\"7.2\",\"offset\":2,\"topic\":\"verified\",\"partition\":0")
                .contains("\"sent\":3,\"acked\":3");
        Command refused = run("verifiable-producer --topic verified --max-messages 1 --acks 5");
        assertThat(refused.code()).isOne();
        assertThat(refused.output()).contains("acks");
    }

    static Command run(String command) {
        return Command.run(on(command.split(" ")));
    }

    private static String[] on(String... command) {
        List<String> words = new ArrayList<>(List.of(command));
        words.addAll(List.of("--bootstrap-server", CLUSTER.client(1)));
        return words.toArray(String[]::new);
    }
}
