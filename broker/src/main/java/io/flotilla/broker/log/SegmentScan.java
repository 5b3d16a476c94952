package io.flotilla.broker.log;

import io.flotilla.model.disk.DiskFile;
import io.flotilla.model.record.BatchCheck;
import io.flotilla.model.record.BatchDefect;
import io.flotilla.model.record.BatchLayout;
import io.flotilla.model.record.BatchView;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Reads a segment from end to end and checks every byte: each batch whole and sound, offsets without a gap, epochs
 * never falling. Never trusts a length before it has compared it with what is there.
 */
final class SegmentScan {
    private static final int CHUNK_BYTES = 1 << 20;

    private final DiskFile file;
    private final long fileBytes;
    private ByteBuffer chunk;

    /** Position in the file of the chunk's first byte. */
    private long chunkStart;

    private long position;
    private long nextOffset;
    private int epoch;

    /** Starts at a position where the batch with {@code nextOffset} is expected, after batches of {@code epoch}. */
    SegmentScan(DiskFile file, long position, long nextOffset, int epoch) {
        this.file = file;
        this.fileBytes = file.size();
        this.position = position;
        this.chunkStart = position;
        this.nextOffset = nextOffset;
        this.epoch = epoch;
        this.chunk = ByteBuffer.allocate((int) Math.min(CHUNK_BYTES, Math.max(0, fileBytes - position)));
        this.chunk.limit(0);
    }

    /** Visits sound batches to the end of the file or to the first defect, which is answered; null without one. */
    @Nullable
    BatchDefect run(Consumer<BatchView> visitor) {
        return runWhile(batch -> {
            visitor.accept(batch);
            return true;
        });
    }

    /** As {@link #run}, but ends after a batch for which the visitor answers false. */
    @Nullable
    BatchDefect runWhile(Predicate<BatchView> visitor) {
        boolean more = true;
        while (more && position < fileBytes) {
            load(Math.min(BatchLayout.MAX_PREFIX_BYTES, fileBytes - position));
            var defect = BatchCheck.prefix(chunk, at(), chunk.limit(), fileBytes - position);
            if (defect == null) {
                load(BatchView.at(chunk, at()).sizeBytes());
                defect = BatchCheck.stored(chunk, at(), chunk.limit());
            }
            var batch = defect == null ? BatchView.at(chunk, at()) : null;
            if (batch != null) {
                defect = misplaced(batch);
            }
            if (batch == null || defect != null) {
                return defect;
            }
            more = visitor.test(batch);
            position += batch.sizeBytes();
            nextOffset = batch.nextOffset();
            epoch = batch.leaderEpoch();
        }
        return null;
    }

    private @Nullable BatchDefect misplaced(BatchView batch) {
        if (batch.baseOffset() != nextOffset) {
            return new BatchDefect(
                    BatchDefect.Kind.BAD_FIELD,
                    "base_offset is " + batch.baseOffset() + ", the log continues at " + nextOffset);
        }
        if (batch.leaderEpoch() < epoch) {
            return new BatchDefect(
                    BatchDefect.Kind.BAD_FIELD,
                    "leader_epoch is " + batch.leaderEpoch() + " after batches of epoch " + epoch);
        }
        return null;
    }

    private int at() {
        return (int) (position - chunkStart);
    }

    /** Sees to it that {@code bytes} from the position on are in the chunk; the file has as many. */
    private void load(long bytes) {
        if (position + bytes <= chunkStart + chunk.limit()) {
            return;
        }
        if (chunk.capacity() < bytes) {
            chunk = ByteBuffer.allocate((int) bytes);
        }
        chunk.clear();
        file.read(position, chunk);
        chunk.flip();
        chunkStart = position;
    }

    /** Position after the last sound batch. */
    long position() {
        return position;
    }

    /** Offset after the last sound batch. */
    long nextOffset() {
        return nextOffset;
    }

    int epoch() {
        return epoch;
    }
}
