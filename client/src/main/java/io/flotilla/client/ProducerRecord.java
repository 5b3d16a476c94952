package io.flotilla.client;

import io.flotilla.model.record.RecordHeader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A record to send. The arrays must not change until it is acknowledged.
 *
 * @param partition null lets the producer choose: by the key's hash, else any
 * @param timestampMs milliseconds since the Unix epoch; null means the time of sending
 * @param key null for none, which is not the same as empty
 * @param value null for a tombstone
 */
public record ProducerRecord(
        String topic,
        @Nullable Integer partition,
        @Nullable Long timestampMs,
        byte @Nullable [] key,
        byte @Nullable [] value,
        List<RecordHeader> headers) {
    public ProducerRecord {
        headers = List.copyOf(headers);
        if (partition != null && partition < 0) {
            throw new IllegalArgumentException("partition " + partition + " is negative");
        }
        if (timestampMs != null && timestampMs < 0) {
            throw new IllegalArgumentException("timestamp " + timestampMs + " is negative");
        }
    }

    public ProducerRecord(String topic, byte @Nullable [] key, byte @Nullable [] value) {
        this(topic, null, null, key, value, List.of());
    }

    /** A record for a partition that the caller chose. */
    public ProducerRecord(String topic, int partition, byte @Nullable [] key, byte @Nullable [] value) {
        this(topic, partition, null, key, value, List.of());
    }

    /** A record of texts in UTF-8. */
    public static ProducerRecord of(String topic, @Nullable String key, @Nullable String value) {
        return new ProducerRecord(topic, utf8(key), utf8(value));
    }

    private static byte @Nullable [] utf8(@Nullable String text) {
        return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }
}
