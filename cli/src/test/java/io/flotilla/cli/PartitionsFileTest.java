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

    private void refused(String text, String why) {
        assertThatThrownBy(() -> PartitionsFile.targets(file(text)))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining(why);
    }

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("plan.json"), text);
    }
}
