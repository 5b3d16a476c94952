package io.flotilla.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.client.TopicPartition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files of Kafka's tools. */
class PartitionsFileTest {
    @TempDir
    Path folder;

    @Test
    void whatIsWrittenIsRead() throws Exception {
        Map<TopicPartition, List<Integer>> targets =
                Map.of(new TopicPartition("a", 0), List.of(1, 2), new TopicPartition("b", 3), List.of(3));

        assertThat(PartitionsFile.targets(file(PartitionsFile.text(targets)))).isEqualTo(targets);
    }

    @Test
    void kafkasOwnFilesAreRead() throws Exception {
        String plan = """
                {"version":1,"partitions":[
                  {"topic":"foo","partition":1,"replicas":[5,6],"log_dirs":["any","any"]}]}""";
        assertThat(PartitionsFile.targets(file(plan))).isEqualTo(Map.of(new TopicPartition("foo", 1), List.of(5, 6)));
        assertThat(PartitionsFile.topics(file("{\"topics\":[{\"topic\":\"foo\"},{\"topic\":\"bar\"}]}")))
                .containsExactly("foo", "bar");
    }

    @Test
    void whatIsWrongIsNamed() {
        refused("[", "no JSON");
        refused("{}", "no list 'partitions'");
        refused("{\"partitions\":[]}", "names no partition");
        refused("{\"partitions\":[{\"topic\":\"a\"}]}", "names no topic and partition");
        refused("{\"partitions\":[{\"topic\":\"a\",\"partition\":0}]}", "a-0 has no replicas");
        refused("{\"partitions\":[{\"topic\":\"a\",\"partition\":0,\"replicas\":[\"x\"]}]}", "is no broker id");
        String twice = "{\"topic\":\"a\",\"partition\":0,\"replicas\":[1]}";
        refused("{\"partitions\":[" + twice + "," + twice + "]}", "a-0 is there twice");
    }

    @Test
    void offsetsOfKafkasFileAreRead() throws Exception {
        String offsets = """
                {"partitions":[{"topic":"foo","partition":1,"offset":7},
                               {"topic":"foo","partition":0,"offset":-1}],"version":1}""";
        assertThat(PartitionsFile.offsets(file(offsets)))
                .isEqualTo(Map.of(new TopicPartition("foo", 1), 7L, new TopicPartition("foo", 0), -1L));
    }

    @Test
    void whatIsWrongWithOffsetsIsNamed() {
        String twice = "{\"topic\":\"a\",\"partition\":0,\"offset\":1}";
        refusedOffsets("{\"partitions\":[" + twice + "," + twice + "]}", "a-0 is there twice");
        refusedOffsets("{\"partitions\":[" + twice + "],\"version\":2}", "version 2 is not known");
        for (String offset : List.of("-2", "1.5", "\"1\"", "9223372036854775808", "null")) {
            refusedOffsets(
                    "{\"partitions\":[{\"topic\":\"a\",\"partition\":0,\"offset\":" + offset + "}]}", "has no offset");
        }
        refusedOffsets("{\"partitions\":[{\"topic\":\"a\",\"partition\":0}]}", "has no offset");
        refusedOffsets("{\"partitions\":[{\"partition\":0,\"offset\":1}]}", "names no topic and partition");
        refusedOffsets("{\"partitions\":[]}", "names no partition");
    }

    private void refusedOffsets(String text, String why) {
        assertThatThrownBy(() -> PartitionsFile.offsets(file(text)))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining(why);
    }

    private void refused(String text, String why) {
        assertThatThrownBy(() -> PartitionsFile.targets(file(text)))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining(why);
    }

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("plan.json"), text);
    }
}
