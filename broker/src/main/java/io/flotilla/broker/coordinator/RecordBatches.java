package io.flotilla.broker.coordinator;

import io.flotilla.broker.group.GroupRecord;
import io.flotilla.model.record.Codec;
import io.flotilla.model.record.RecordBatchBuilder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Records on their way into one append, in as many batches as their size asks for. The records of one decision share a
 * batch unless they alone are too much for one: a batch survives whole or not at all. One thread.
 */
final class RecordBatches {
    /** What one batch may have at most; the topic takes twice as much. */
    private static final int DECISION_BYTES_MAX = 8 << 20;

    private static final int FIRST_BYTES = 1 << 10;

    private final int batchBytes;
    private final List<ByteBuffer> closed = new ArrayList<>();
    private int closedBytes;
    private @Nullable RecordBatchBuilder open;

    /** @param batchBytes a batch is closed once it has so many bytes */
    RecordBatches(int batchBytes) {
        this.batchBytes = batchBytes;
    }

    boolean isEmpty() {
        return open == null && closed.isEmpty();
    }

    int sizeBytes() {
        return closedBytes + (open == null ? 0 : open.uncompressedBytes());
    }

    /** Adds the records of one decision, which was made at this time on the wall's clock. */
    void add(List<GroupRecord> records, long wallMs) {
        for (GroupRecord record : records) {
            RecordBatchBuilder batch = open;
            if (batch == null) {
                batch = new RecordBatchBuilder(Codec.NONE, FIRST_BYTES);
                open = batch;
            }
            batch.add(wallMs, record.key(), record.value());
            if (batch.uncompressedBytes() >= DECISION_BYTES_MAX) {
                close();
            }
        }
        if (open != null && open.uncompressedBytes() >= batchBytes) {
            close();
        }
    }

    /** All batches, one after another; to be called once. */
    ByteBuffer build() {
        close();
        if (closed.size() == 1) {
            return closed.get(0);
        }
        ByteBuffer all = ByteBuffer.allocate(closedBytes);
        closed.forEach(all::put);
        return all.flip();
    }

    private void close() {
        if (open != null) {
            ByteBuffer batch = open.build();
            closedBytes += batch.remaining();
            closed.add(batch);
            open = null;
        }
    }
}
