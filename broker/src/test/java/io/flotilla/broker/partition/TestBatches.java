package io.flotilla.broker.partition;

import io.flotilla.broker.log.LogView;
import io.flotilla.model.record.BatchPatch;
import io.flotilla.model.record.BatchRegion;
import io.flotilla.model.record.BatchView;
import io.flotilla.model.record.Codec;
import io.flotilla.model.record.RecordBatchBuilder;
import io.flotilla.model.record.RecordReader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Batches whose records carry a number each. */
final class TestBatches {
    private TestBatches() {}

    static ByteBuffer of(long... values) {
        return build(new RecordBatchBuilder(Codec.NONE, 64), values);
    }

    /** Records of this time. */
    static ByteBuffer at(long timestampMs, long... values) {
        return build(new RecordBatchBuilder(Codec.NONE, 64), timestampMs, values);
    }

    static ByteBuffer idempotent(long producerId, int sequence, long... values) {
        return build(new RecordBatchBuilder(Codec.NONE, 64).producer(producerId, 0, sequence), values);
    }

    /** As a leader of that epoch stores it. */
    static ByteBuffer stored(long baseOffset, int leaderEpoch, long... values) {
        ByteBuffer batch = of(values);
        BatchPatch.assign(BatchView.at(batch, 0), baseOffset, leaderEpoch, 1_000);
        return batch;
    }

    static ByteBuffer together(ByteBuffer... batches) {
        ByteBuffer region = ByteBuffer.allocate(
                Arrays.stream(batches).mapToInt(ByteBuffer::remaining).sum());
        Arrays.stream(batches).forEach(batch -> region.put(batch.duplicate()));
        return region.flip();
    }

    private static ByteBuffer build(RecordBatchBuilder builder, long... values) {
        return build(builder, 1_000, values);
    }

    private static ByteBuffer build(RecordBatchBuilder builder, long timestampMs, long... values) {
        for (long value : values) {
            builder.add(
                    timestampMs + value,
                    null,
                    ByteBuffer.allocate(8).putLong(0, value).array());
        }
        ByteBuffer built = builder.build();
        return ByteBuffer.allocate(built.remaining()).put(built).flip();
    }

    static List<Long> values(ByteBuffer region) {
        List<Long> values = new ArrayList<>();
        for (BatchView batch : BatchRegion.of(region)) {
            RecordReader records = RecordReader.of(batch);
            while (records.next()) {
                values.add(records.value().getLong(records.value().position()));
            }
        }
        return values;
    }

    /** What a reader takes for the records' times. */
    static List<Long> timesMs(ByteBuffer region) {
        List<Long> times = new ArrayList<>();
        for (BatchView batch : BatchRegion.of(region)) {
            RecordReader records = RecordReader.of(batch);
            while (records.next()) {
                times.add(records.timestampMs());
            }
        }
        return times;
    }

    /** Copies of the stored batches in [from, to). */
    static List<BatchView> stored(LogView log, long from, long to) {
        List<BatchView> batches = new ArrayList<>();
        long offset = from;
        while (offset < to) {
            try (var slice = log.read(offset, 1 << 16, to)) {
                BatchRegion.of(slice.copy()).forEach(batches::add);
                offset = slice.nextOffset();
            }
        }
        return batches;
    }
}
