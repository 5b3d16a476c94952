package io.flotilla.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.client.TopicPartition;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PartitionPatternsTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    orders         | orders   | 7 | true
                    orders         | orders2  | 0 | false
                    ord.*          | orders   | 0 | true
                    orders:3       | orders   | 3 | true
                    orders:3       | orders   | 4 | false
                    orders:2-4     | orders   | 3 | true
                    orders:2-4     | orders   | 4 | false
                    orders:-2      | orders   | 1 | true
                    orders:-2      | orders   | 2 | false
                    orders:2-      | orders   | 9 | true
                    orders:2-      | orders   | 1 | false
                    a:1,b:2        | b        | 2 | true
                    a:1,b:2        | b        | 1 | false
                    orders:        | orders   | 5 | true
                    """)
    void aListSaysWhichPartitionsAreMeant(String list, String topic, int partition, boolean meant)
            throws CommandFailure {
        assertThat(PartitionPatterns.parse(list).matches(new TopicPartition(topic, partition)))
                .isEqualTo(meant);
    }

    @Test
    void aTopicMayComeWithNumbers() throws CommandFailure {
        PartitionPatterns patterns = PartitionPatterns.of("orders", List.of(0, 2));

        assertThat(patterns.matches(new TopicPartition("orders", 2))).isTrue();
        assertThat(patterns.matches(new TopicPartition("orders", 1))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a,", ":1", "a:x", "a:1-2-3", "a:99999999999", "a("})
    void whatIsNoListIsSaid(String list) {
        assertThatThrownBy(() -> PartitionPatterns.parse(list)).isInstanceOf(CommandFailure.class);
    }
}
