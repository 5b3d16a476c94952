package io.flotilla.chaos.workload;

import io.flotilla.client.ConsumerRecord;
import io.flotilla.client.TopicPartition;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A value as bytes: it carries its partition, so that a record that turns up elsewhere betrays itself. */
final class Payload {
    private static final String FILLING = " and some more, so that it is not all numbers: " + "flotilla ".repeat(8);

    private Payload() {}

    static byte[] key(long value) {
        return Long.toString(value).getBytes(StandardCharsets.UTF_8);
    }

    static byte[] encode(TopicPartition partition, long value) {
        return (partition + ":" + value + FILLING).getBytes(StandardCharsets.UTF_8);
    }

    /** The value of a record; a negative number, which nobody sends, when its bytes are not what was sent there. */
    static long decode(ConsumerRecord record) {
        long foreign = -1 - record.offset();
        byte @Nullable [] bytes = record.value();
        if (bytes == null) {
            return foreign;
        }
        String text = new String(bytes, StandardCharsets.UTF_8);
        String start = record.topicPartition() + ":";
        if (!text.startsWith(start) || !text.endsWith(FILLING)) {
            return foreign;
        }
        try {
            return Long.parseLong(text.substring(start.length(), text.length() - FILLING.length()));
        } catch (NumberFormatException e) {
            return foreign;
        }
    }
}
