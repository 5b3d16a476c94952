package io.flotilla.broker.log;

import io.flotilla.broker.log.compact.Sieve;
import io.flotilla.model.disk.DiskFile;
import io.flotilla.model.record.BatchPatch;
import io.flotilla.model.record.BatchRewrite;
import io.flotilla.model.record.BatchView;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A file that is to take the place of some segments: what a sieve left of their batches, and where nothing was left,
 * fillers, so that offsets stay without a gap. One thread, which closes it.
 */
final class CleanedFile {
    private static final int BUFFER_BYTES = 1 << 20;

    private final LogHome home;
    private final Segment segment;
    private final DiskFile file;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);

    /** A filler that may still grow; null without one. */
    private @Nullable BatchView run;

    private boolean changed;

    private CleanedFile(LogHome home, Segment segment, DiskFile file) {
        this.home = home;
        this.segment = segment;
        this.file = file;
    }

    /** Makes the file, instead of one that an interrupted cleaning left. */
    static CleanedFile create(LogHome home, long baseOffset) {
        String path = home.path(LogFiles.name(baseOffset, LogFiles.CLEANED));
        if (home.disk().exists(path)) {
            home.disk().delete(path);
        }
        var segment = Segment.existing(
                home.disk(), home.folder(), baseOffset, home.config().indexIntervalBytes());
        return new CleanedFile(home, segment, home.disk().create(path));
    }

    long baseOffset() {
        return segment.baseOffset();
    }

    /** Bytes of batches so far. */
    long sizeBytes() {
        var filler = run;
        return segment.sizeBytes() + (filler == null ? 0L : filler.sizeBytes());
    }

    /** Takes what is left of the next batch. */
    void add(BatchView batch, Sieve.Sifted sifted) {
        var entry = sifted.entry();
        if (entry == null) {
            leaveOut(batch);
        } else {
            endRun();
            var left = BatchView.at(entry, 0);
            changed |= left.crc() != batch.crc() || left.sizeBytes() != batch.sizeBytes();
            write(left);
        }
    }

    private void leaveOut(BatchView batch) {
        var filler = run;
        boolean grows = filler != null
                && filler.leaderEpoch() == batch.leaderEpoch()
                && batch.lastOffset() - filler.baseOffset() <= Integer.MAX_VALUE;
        changed |= grows || !batch.isFiller();
        if (filler != null && grows) {
            BatchPatch.endAt(filler, batch.lastOffset());
        } else {
            endRun();
            run = BatchView.at(BatchRewrite.filler(batch, batch.lastOffset()), 0);
        }
    }

    private void endRun() {
        var filler = run;
        if (filler != null) {
            run = null;
            write(filler);
        }
    }

    private void write(BatchView batch) {
        var entry = batch.entry();
        if (entry.remaining() > buffer.remaining()) {
            flush();
        }
        if (entry.remaining() > buffer.capacity()) {
            file.append(entry);
        } else {
            buffer.put(entry);
        }
        segment.note(batch);
    }

    private void flush() {
        if (buffer.flip().hasRemaining()) {
            file.append(buffer);
        }
        buffer.clear();
    }

    /** Writes the rest and syncs, but does not close; false when the file holds nothing but what the segments held. */
    boolean finish() {
        endRun();
        flush();
        file.sync();
        return changed;
    }

    /** The segment that it becomes, once {@link #finish} has returned. */
    Segment segment() {
        return segment;
    }

    void close() {
        file.close();
    }

    /** Deletes the file, which nobody wants. */
    void delete() {
        home.disk().delete(home.path(LogFiles.name(segment.baseOffset(), LogFiles.CLEANED)));
    }
}
