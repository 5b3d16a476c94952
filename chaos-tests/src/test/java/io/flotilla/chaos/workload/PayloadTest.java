package io.flotilla.chaos.workload;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.client.ConsumerRecord;
import io.flotilla.client.TopicPartition;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A value tells when its bytes or its place are not those of the send. */
class PayloadTest {
    private static final TopicPartition HOME = new TopicPartition("t", 1);

    private static ConsumerRecord record(TopicPartition partition, byte[] value) {
        return new ConsumerRecord(partition, 42, 0, 0, new byte[0], value, List.of());
    }

    @Test
    void comesBack() {
        assertThat(Payload.decode(record(HOME, Payload.encode(HOME, 7)))).isEqualTo(7);
    }

    @Test
    void elsewhereItIsForeign() {
        TopicPartition elsewhere = new TopicPartition("t", 2);
        assertThat(Payload.decode(record(elsewhere, Payload.encode(HOME, 7)))).isEqualTo(-43);
    }

    @Test
    void cutShortItIsForeign() {
        String whole = new String(Payload.encode(HOME, 7), StandardCharsets.UTF_8);
        byte[] cut = whole.substring(0, whole.length() - 1).getBytes(StandardCharsets.UTF_8);
        assertThat(Payload.decode(record(HOME, cut))).isEqualTo(-43);
    }

    @Test
    void anotherTextIsForeign() {
        assertThat(Payload.decode(record(HOME, "7".getBytes(StandardCharsets.UTF_8))))
                .isEqualTo(-43);
    }
}
