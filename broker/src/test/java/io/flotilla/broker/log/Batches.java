package io.flotilla.broker.log;

import io.flotilla.model.record.BatchView;
import io.flotilla.model.record.Codec;
import io.flotilla.model.record.RecordBatchBuilder;
import java.nio.ByteBuffer;

/** Batches for tests, as a producer would send them. */
final class Batches {
    private Batches() {}

    /** Records without a producer id, at these times. */
    static ByteBuffer at(long... timestampsMs) {
        var builder = new RecordBatchBuilder(Codec.NONE, 0);
        for (long timestampMs : timestampsMs) {
            builder.add(timestampMs, null, new byte[] {1});
        }
        return builder.build();
    }

    /** One record of so many bytes. */
    static ByteBuffer ofBytes(int valueBytes) {
        return new RecordBatchBuilder(Codec.NONE, valueBytes + 64)
                .add(1000, null, new byte[valueBytes])
                .build();
    }

    /** An idempotent producer's records. */
    static ByteBuffer from(long producerId, int epoch, int baseSequence, int records) {
        var builder = new RecordBatchBuilder(Codec.NONE, 0).producer(producerId, epoch, baseSequence);
        for (int i = 0; i < records; i++) {
            builder.add(1000 + i, null, new byte[] {(byte) i});
        }
        return builder.build();
    }

    /** One region of several batches. */
    static ByteBuffer together(ByteBuffer... batches) {
        int size = 0;
        for (var batch : batches) {
            size += batch.remaining();
        }
        var region = ByteBuffer.allocate(size);
        for (var batch : batches) {
            region.put(batch.duplicate());
        }
        return region.flip();
    }

    static BatchView view(ByteBuffer batch) {
        return BatchView.at(batch, batch.position());
    }
}
