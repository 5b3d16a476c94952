package io.flotilla.sim.check;

import io.flotilla.model.record.BatchPatch;
import io.flotilla.model.record.BatchView;
import io.flotilla.model.record.Codec;
import io.flotilla.model.record.RecordBatchBuilder;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/** Writes a log's file down, batch by batch. */
final class WrittenBatches {
    private final ByteArrayOutputStream file = new ByteArrayOutputStream();
    private long next;

    /** A batch of this epoch that carries the values. */
    WrittenBatches batch(int epoch, long... values) {
        return write(epoch, new RecordBatchBuilder(Codec.NONE, 64), values);
    }

    /** A batch of an idempotent producer. */
    WrittenBatches from(long producerId, int sequence, long... values) {
        return write(1, new RecordBatchBuilder(Codec.NONE, 64).producer(producerId, 0, sequence), values);
    }

    private WrittenBatches write(int epoch, RecordBatchBuilder builder, long... values) {
        for (long value : values) {
            builder.add(
                    1, null, ByteBuffer.allocate(Long.BYTES).putLong(0, value).array());
        }
        ByteBuffer bytes = builder.build();
        BatchView view = BatchView.at(bytes, bytes.position());
        BatchPatch.assign(view, next, epoch, 1);
        next = view.nextOffset();
        byte[] copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        file.writeBytes(copy);
        return this;
    }

    byte[] bytes() {
        return file.toByteArray();
    }

    /** The same without what lies below an offset at which a batch begins. */
    StoredLog logFrom(long start) {
        int position = 0;
        while (BatchView.at(ByteBuffer.wrap(bytes()), position).baseOffset() < start) {
            position = BatchView.at(ByteBuffer.wrap(bytes()), position).end();
        }
        return StoredLog.of(List.of(start), List.of(Arrays.copyOfRange(bytes(), position, bytes().length)));
    }

    StoredLog log() {
        return StoredLog.of(List.of(0L), List.of(bytes()));
    }
}
