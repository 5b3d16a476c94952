package io.flotilla.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.client.ConsumerRecord;
import io.flotilla.client.TopicPartition;
import io.flotilla.model.record.RecordHeader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RecordFormatTest {
    private static final ConsumerRecord RECORD = record(
            utf8("schlüssel"),
            utf8("größe"),
            List.of(new RecordHeader("a", ByteBuffer.wrap(utf8("1"))), new RecordHeader("b", null)));

    @Test
    void aValueIsALine() throws CommandFailure {
        assertThat(RecordFormat.of(Map.of()).format(RECORD)).isEqualTo("größe\n");
    }

    @Test
    void everythingComesInKafkasOrder() throws CommandFailure {
        RecordFormat all = RecordFormat.of(Map.of(
                "print.timestamp", "true",
                "print.partition", "true",
                "print.offset", "true",
                "print.epoch", "true",
                "print.headers", "true",
                "print.key", "true",
                "key.separator", "|",
                "null.literal", "-"));

        assertThat(all.format(RECORD))
                .isEqualTo("CreateTime:1700|Partition:3|Offset:42|Epoch:2|a:1,b:-|schlüssel|größe\n");
        assertThat(all.format(record(null, null, List.of())))
                .isEqualTo("CreateTime:1700|Partition:3|Offset:42|Epoch:2|NO_HEADERS|-|-\n");
    }

    @Test
    void numbersAreReadByTheNameOfKafkasClass() throws CommandFailure {
        RecordFormat numbers = RecordFormat.of(Map.of(
                "print.key", "true",
                "key.deserializer", "org.apache.kafka.common.serialization.LongDeserializer",
                "value.deserializer", "IntegerDeserializer"));
        byte[] key = ByteBuffer.allocate(Long.BYTES).putLong(-7).array();
        byte[] value = ByteBuffer.allocate(Integer.BYTES).putInt(8).array();

        assertThat(numbers.format(record(key, value, List.of()))).isEqualTo("-7\t8\n");
        assertThatThrownBy(() -> numbers.format(record(key, key, List.of()))).hasMessageContaining("8 bytes");
    }

    @Test
    void aMistypedNameIsRefusedWithTheNearest() {
        assertThatThrownBy(() -> RecordFormat.of(Map.of("print.kye", "true"))).hasMessageContaining("print.key is");
        assertThatThrownBy(() -> RecordFormat.of(Map.of("value.deserializer", "AvroDeserializer")))
                .hasMessageContaining("AvroDeserializer");
    }

    private static ConsumerRecord record(byte[] key, byte[] value, List<RecordHeader> headers) {
        return new ConsumerRecord(new TopicPartition("songs", 3), 42, 1700, 2, key, value, headers);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
