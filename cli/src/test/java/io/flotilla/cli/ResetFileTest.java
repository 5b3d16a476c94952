package io.flotilla.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.client.TopicPartition;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResetFileTest {
    private static final TopicPartition ORDERS_0 = new TopicPartition("orders", 0);
    private static final TopicPartition ORDERS_1 = new TopicPartition("orders", 1);

    @TempDir
    Path folder;

    @Test
    void whatIsExportedOfOneGroupCanBeReadForAnother() throws Exception {
        Map<TopicPartition, Long> offsets = Map.of(ORDERS_0, 5L, ORDERS_1, 7L);
        Path file = exported(Map.of("billing", offsets));

        assertThat(Files.readString(file)).contains("orders,0,5");
        assertThat(ResetFile.read(file, "shipping")).isEqualTo(offsets);
    }

    @Test
    void ofSeveralGroupsEachReadsItsOwn() throws Exception {
        Path file = exported(new TreeMap<>(Map.of("billing", Map.of(ORDERS_0, 5L), "shipping", Map.of(ORDERS_0, 6L))));

        assertThat(ResetFile.read(file, "shipping")).containsExactly(Map.entry(ORDERS_0, 6L));
        assertThatThrownBy(() -> ResetFile.read(file, "audit")).hasMessageContaining("no partition for group 'audit'");
    }

    @Test
    void fieldsMayBeQuotedAsKafkaDoes() throws Exception {
        Path file = Files.writeString(folder.resolve("quoted"), "\"orders\", 1 ,7\n\n");

        assertThat(ResetFile.read(file, "billing")).containsExactly(Map.entry(ORDERS_1, 7L));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"orders,0", "orders,x,1", "orders,-1,1", "orders,0,1.5", "a,b,c,d,e", "orders,0,1\norders,0,2"})
    void aLineThatSaysNothingClearIsNamed(String text) throws Exception {
        Path file = Files.writeString(folder.resolve("bad"), text);

        assertThatThrownBy(() -> ResetFile.read(file, "billing"))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining(file + ":" + text.lines().count());
    }

    private Path exported(Map<String, Map<TopicPartition, Long>> offsets) throws IOException {
        StringWriter text = new StringWriter();
        new ResetFile(offsets).print(new PrintWriter(text));
        return Files.writeString(folder.resolve("exported"), text.toString());
    }
}
