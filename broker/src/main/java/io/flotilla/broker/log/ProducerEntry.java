package io.flotilla.broker.log;

import io.flotilla.model.record.BatchView;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** One producer's epoch and last five batches in one log, oldest first. */
final class ProducerEntry {
    static final int BATCHES_MAX = 5;
    static final int BYTES = Integer.BYTES * 2 + Long.BYTES + BATCHES_MAX * (Integer.BYTES * 2 + Long.BYTES);

    private int epoch;
    private int count;
    /** When a leader appended its last batch, on that leader's clock. */
    private long lastAppendMs;

    private final int[] baseSequences = new int[BATCHES_MAX];
    private final int[] lastSequences = new int[BATCHES_MAX];
    private final long[] baseOffsets = new long[BATCHES_MAX];

    ProducerEntry(int epoch) {
        this.epoch = epoch;
    }

    int epoch() {
        return epoch;
    }

    /** Offset at which the producer's last batch begins. */
    long lastBaseOffset() {
        return baseOffsets[count - 1];
    }

    long lastAppendMs() {
        return lastAppendMs;
    }

    /** Sequence that the next batch of the same epoch must begin with. */
    int nextSequence() {
        return (lastSequences[count - 1] + 1) & Integer.MAX_VALUE;
    }

    void append(BatchView batch) {
        if (batch.producerEpoch() != epoch) {
            epoch = batch.producerEpoch();
            count = 0;
        }
        if (count == BATCHES_MAX) {
            System.arraycopy(baseSequences, 1, baseSequences, 0, BATCHES_MAX - 1);
            System.arraycopy(lastSequences, 1, lastSequences, 0, BATCHES_MAX - 1);
            System.arraycopy(baseOffsets, 1, baseOffsets, 0, BATCHES_MAX - 1);
            count--;
        }
        baseSequences[count] = batch.baseSequence();
        lastSequences[count] = batch.lastSequence();
        baseOffsets[count] = batch.baseOffset();
        count++;
        lastAppendMs = batch.appendTimeMs();
    }

    /** The batch with exactly these sequences among the last five, null without one. */
    SequenceVerdict.@Nullable Duplicate find(int baseSequence, int lastSequence) {
        for (int i = count - 1; i >= 0; i--) {
            if (baseSequences[i] == baseSequence && lastSequences[i] == lastSequence) {
                int delta = (lastSequence - baseSequence) & Integer.MAX_VALUE;
                return new SequenceVerdict.Duplicate(baseOffsets[i], baseOffsets[i] + delta);
            }
        }
        return null;
    }

    /** Offsets at which the last batches begin, oldest first. */
    List<Long> baseOffsets() {
        return Arrays.stream(baseOffsets, 0, count).boxed().toList();
    }

    /** The batches, oldest first, each as its sequences and its offset. */
    List<String> batches() {
        return IntStream.range(0, count)
                .mapToObj(i -> baseSequences[i] + "-" + lastSequences[i] + "@" + baseOffsets[i])
                .toList();
    }

    void writeTo(ByteBuffer target) {
        target.putInt(epoch).putInt(count).putLong(lastAppendMs);
        for (int i = 0; i < BATCHES_MAX; i++) {
            target.putInt(baseSequences[i]).putInt(lastSequences[i]).putLong(baseOffsets[i]);
        }
    }

    static ProducerEntry readFrom(ByteBuffer source) {
        var entry = new ProducerEntry(source.getInt());
        entry.count = source.getInt();
        if (entry.count < 1 || entry.count > BATCHES_MAX) {
            throw new IllegalArgumentException("a producer has " + entry.count + " batches");
        }
        entry.lastAppendMs = source.getLong();
        for (int i = 0; i < BATCHES_MAX; i++) {
            entry.baseSequences[i] = source.getInt();
            entry.lastSequences[i] = source.getInt();
            entry.baseOffsets[i] = source.getLong();
        }
        return entry;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ProducerEntry that
                && that.epoch == epoch
                && that.count == count
                && that.lastAppendMs == lastAppendMs
                && Arrays.equals(that.baseSequences, 0, count, baseSequences, 0, count)
                && Arrays.equals(that.lastSequences, 0, count, lastSequences, 0, count)
                && Arrays.equals(that.baseOffsets, 0, count, baseOffsets, 0, count);
    }

    @Override
    public int hashCode() {
        return 31 * epoch + count;
    }

    @Override
    public String toString() {
        return "epoch " + epoch + ", sequences " + Arrays.toString(Arrays.copyOf(baseSequences, count)) + " to "
                + Arrays.toString(Arrays.copyOf(lastSequences, count)) + " at "
                + Arrays.toString(Arrays.copyOf(baseOffsets, count));
    }
}
