package io.flotilla.client.internal.batch;

import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.record.RecordBatchBuilder;
import io.flotilla.model.record.RecordHeader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A record on its way, from the call of send to its answer. The application thread fills it, the producer's loop owns
 * it from then on.
 */
public final class PendingRecord {
    /** Lets the producer choose. */
    public static final int ANY_PARTITION = -1;

    private static final int HEADER_BYTES_MAX = 13;

    private final String topic;
    private final int partition;
    private final long timestampMs;
    private final int sizeBytes;
    private final Listener listener;
    private @Nullable Content content;
    private long enqueuedNanos;
    private FlushPhases.@Nullable Phase phase;

    /** What the record carries; the arrays must not change until the record is answered. */
    public record Content(byte @Nullable [] key, byte @Nullable [] value, List<RecordHeader> headers) {
        /** Most bytes that the record takes in an uncompressed batch. */
        int sizeBytes() {
            int size = RecordBatchBuilder.recordBytesMax(key, value);
            for (RecordHeader header : headers) {
                int valueBytes = header.value() == null ? 0 : header.value().remaining();
                size += HEADER_BYTES_MAX + header.key().getBytes(StandardCharsets.UTF_8).length + valueBytes;
            }
            return size;
        }
    }

    /** Where a record goes. */
    public record Target(String topic, int partition, long timestampMs) {}

    /** Hears, on the producer's loop, how a record ended; exactly one method is called, once. */
    public interface Listener {
        void acknowledged(Acknowledgement acknowledgement);

        void failed(FlotillaError error);
    }

    /**
     * What became of a written record.
     *
     * @param offset -1 with acks=0
     * @param timestampMs the record's own, or the leader's on topics with append timestamps
     * @param answer of the batch that carried it; null with acks=0
     */
    public record Acknowledgement(
            int partition,
            long offset,
            long timestampMs,
            @Nullable ProduceAnswer answer) {}

    public PendingRecord(Target target, Content content, Listener listener) {
        this.topic = target.topic();
        this.partition = target.partition();
        this.timestampMs = target.timestampMs();
        this.content = content;
        this.sizeBytes = content.sizeBytes();
        this.listener = listener;
    }

    public String topic() {
        return topic;
    }

    int partition() {
        return partition;
    }

    public long timestampMs() {
        return timestampMs;
    }

    /** Most bytes that the record takes in an uncompressed batch. */
    public int sizeBytes() {
        return sizeBytes;
    }

    Listener listener() {
        return listener;
    }

    long enqueuedNanos() {
        return enqueuedNanos;
    }

    /** Starts the record's time; called once, before it is handed over. */
    public void enqueuedAt(long nanos) {
        enqueuedNanos = nanos;
    }

    /** The key, null for none, and after the record was written into a batch. */
    public byte @Nullable [] key() {
        return content == null ? null : content.key();
    }

    /** What it carries; null once it was written into a batch. */
    public @Nullable Content content() {
        return content;
    }

    /** Writes the record into a batch and lets go of its content. */
    void writeTo(RecordBatchBuilder batch) {
        Content written = content;
        if (written == null) {
            throw new IllegalStateException("a record is written once");
        }
        batch.add(timestampMs, written.key(), written.value(), written.headers());
        content = null;
    }

    void join(FlushPhases.Phase joined) {
        phase = joined;
    }

    FlushPhases.@Nullable Phase phase() {
        return phase;
    }
}
