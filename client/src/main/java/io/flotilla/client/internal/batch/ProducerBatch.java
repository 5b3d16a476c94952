package io.flotilla.client.internal.batch;

import io.flotilla.client.internal.batch.ProduceTransport.Identity;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.error.Outcome;
import io.flotilla.model.record.BatchLayout;
import io.flotilla.model.record.BatchPatch;
import io.flotilla.model.record.BatchView;
import io.flotilla.model.record.Codec;
import io.flotilla.model.record.RecordBatchBuilder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Records of one partition that travel together: filled, then encoded, then sent until answered. Owned by the loop. */
final class ProducerBatch {
    /** Its place among the batches of its partition, which never changes. */
    final long ordinal;

    /** When its oldest record was handed over, nanoseconds. */
    final long createdNanos;

    private final RecordBatchBuilder builder;
    private final List<PendingRecord> records = new ArrayList<>();
    private int reservedBytes;
    private boolean full;
    private @Nullable ByteBuffer entry;
    private @Nullable Identity identity;

    private int attempts;
    private long sentNanos;
    /** The last attempt is not answered. */
    private boolean inFlight;

    private @Nullable FlotillaError lastError;
    /** Whether some attempt under its identity ended without anybody knowing whether it was appended. */
    private boolean inDoubt;

    ProducerBatch(long ordinal, PendingRecord first, Codec codec, int expectedBytes) {
        this.ordinal = ordinal;
        this.createdNanos = first.enqueuedNanos();
        this.builder = new RecordBatchBuilder(codec, expectedBytes);
        add(first);
    }

    /** Adds a record unless the batch would outgrow {@code bytesMax} or is closed. */
    boolean tryAdd(PendingRecord record, int bytesMax) {
        if (full || entry != null || builder.uncompressedBytes() + record.sizeBytes() > bytesMax) {
            full = true;
            return false;
        }
        add(record);
        return true;
    }

    private void add(PendingRecord record) {
        record.writeTo(builder);
        records.add(record);
        reservedBytes += record.sizeBytes();
    }

    List<PendingRecord> records() {
        return records;
    }

    /** Memory that its records hold in the inbox. */
    int reservedBytes() {
        return reservedBytes;
    }

    boolean isFull() {
        return full;
    }

    boolean isClosed() {
        return entry != null;
    }

    /** True when a flush waits for its oldest record. */
    boolean isAwaited() {
        FlushPhases.Phase phase = records.get(0).phase();
        return phase != null && phase.isClosed();
    }

    /** The encoded batch of a producer that is not idempotent. */
    ByteBuffer close() {
        ByteBuffer built = entry;
        if (built == null) {
            built = builder.build();
            entry = built;
        }
        return built;
    }

    /** The encoded batch with an idempotent producer's marks. */
    ByteBuffer close(Identity marks, int sequence) {
        ByteBuffer built = entry;
        if (built == null) {
            built = builder.producer(marks.producerId(), marks.producerEpoch(), sequence)
                    .build();
            entry = built;
        } else {
            built = copyOf(built); // the network may still read what was sent under the identity before
            entry = built;
            BatchPatch.producer(
                    BatchView.at(built, built.position()), marks.producerId(), marks.producerEpoch(), sequence);
        }
        identity = marks;
        return built;
    }

    private static ByteBuffer copyOf(ByteBuffer bytes) {
        return ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip();
    }

    /** The identity whose marks it carries, null before it got any or after it lost them. */
    @Nullable
    Identity identity() {
        return identity;
    }

    /** Lets it be sent under another identity; only what is certainly in no log may be. */
    void loseIdentity() {
        identity = null;
        inDoubt = false;
    }

    /** The encoded batch; it must be closed. */
    ByteBuffer entry() {
        ByteBuffer built = entry;
        if (built == null) {
            throw new IllegalStateException("batch " + ordinal + " is still open");
        }
        return built;
    }

    /** Sequence numbers that it takes. */
    int sequences() {
        return builder.recordCount();
    }

    void sent(long nowNanos) {
        attempts++;
        inFlight = true;
        sentNanos = nowNanos;
    }

    /** Whether some attempt is unanswered, or ended without anybody knowing whether it was appended. */
    boolean mayBeAppended() {
        return inFlight || inDoubt;
    }

    int attempts() {
        return attempts;
    }

    long sentNanos() {
        return sentNanos;
    }

    /** Notes how an attempt ended. */
    void attemptFailed(FlotillaError error) {
        lastError = error;
        inFlight = false;
        inDoubt |= error.outcome() == Outcome.UNKNOWN;
    }

    @Nullable
    FlotillaError lastError() {
        return lastError;
    }

    /** Bytes that go over the wire; it must be closed. */
    int encodedBytes() {
        return entry().remaining();
    }

    static int sequenceAfter(int sequence, int count) {
        return (sequence + count) & Integer.MAX_VALUE;
    }

    @Override
    public String toString() {
        return "batch " + ordinal + " of " + records.size() + " records"
                + (identity == null ? "" : ", producer " + identity.producerId())
                + (entry == null ? ", open" : ", sequence " + sequence());
    }

    private int sequence() {
        ByteBuffer built = entry;
        return built == null
                ? BatchLayout.NO_SEQUENCE
                : BatchView.at(built, built.position()).baseSequence();
    }
}
