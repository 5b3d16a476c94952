package io.flotilla.broker.log;

import io.flotilla.model.disk.Disk;
import io.flotilla.model.disk.DiskException;
import io.flotilla.model.disk.DiskFile;
import io.flotilla.model.error.Invariant;
import io.flotilla.model.record.BatchRegion;
import io.flotilla.model.record.BatchView;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One file of a log: the batches from its base offset on. The log's loop thread writes; any thread that retains it may
 * read and sync. The file is opened when first used and closed when the log and the last reader have let go.
 */
final class Segment {
    static final long NO_TIMESTAMP = Long.MIN_VALUE;

    private final Disk disk;
    private final String folder;
    private final long baseOffset;
    private final int indexIntervalBytes;

    /** Null for a finished segment that nobody has read since the start. */
    private volatile @Nullable OffsetIndex index;

    /** Bytes of whole batches in the file. Written by the loop; readers bound themselves by the log's view. */
    private volatile int sizeBytes;

    /** Offset after the last batch; the base offset when there is none. */
    private long nextOffset;

    /** Largest timestamp of any batch, and the base offset of the first batch that has it. */
    private volatile long maxTimestampMs = NO_TIMESTAMP;

    private long maxTimestampOffset = -1;

    /** Time of the first batch; {@link #NO_TIMESTAMP} until it is known. */
    private long firstMs = NO_TIMESTAMP;

    /** Guarded by this: holders of the file, the log itself being one. */
    private int holders = 1;

    /** Guarded by this. */
    private @Nullable DiskFile file;

    /** Guarded by this: the file is on the disk; false for the first segment of a log that nothing was appended to. */
    private boolean exists;

    /** A cleaned file takes its place, under the same name. */
    private volatile boolean replaced;

    /** Guarded by this: the log gave it up, and the file has another name, until it is deleted. */
    private boolean setAside;

    private Segment(Disk disk, String folder, long baseOffset, int indexIntervalBytes, boolean exists) {
        this.disk = disk;
        this.folder = folder;
        this.baseOffset = baseOffset;
        this.indexIntervalBytes = indexIntervalBytes;
        this.index = new OffsetIndex(indexIntervalBytes);
        this.nextOffset = baseOffset;
        this.exists = exists;
    }

    /** A new, empty file. */
    static Segment create(Disk disk, String folder, long baseOffset, int indexIntervalBytes) {
        var segment = planned(disk, folder, baseOffset, indexIntervalBytes);
        segment.createFile();
        return segment;
    }

    /** An empty segment whose file does not exist before {@link #createFile}. */
    static Segment planned(Disk disk, String folder, long baseOffset, int indexIntervalBytes) {
        return new Segment(disk, folder, baseOffset, indexIntervalBytes, false);
    }

    /** A file that exists; what is in it is still to be told, by {@link #restore} or {@link #note}. */
    static Segment existing(Disk disk, String folder, long baseOffset, int indexIntervalBytes) {
        return new Segment(disk, folder, baseOffset, indexIntervalBytes, true);
    }

    synchronized boolean exists() {
        return exists;
    }

    synchronized void createFile() {
        file = disk.create(path());
        exists = true;
    }

    /** Makes what was written survive a power loss. Never retry after a failure. */
    void sync() {
        if (exists()) {
            file().sync();
        }
    }

    long baseOffset() {
        return baseOffset;
    }

    long nextOffset() {
        return nextOffset;
    }

    int sizeBytes() {
        return sizeBytes;
    }

    long maxTimestampMs() {
        return maxTimestampMs;
    }

    long maxTimestampOffset() {
        return maxTimestampOffset;
    }

    /** Where batches start; only for the log itself and for those who retained the segment. */
    OffsetIndex index() {
        var known = index;
        return known == null ? loadIndex() : known;
    }

    private synchronized OffsetIndex loadIndex() {
        var loaded = index;
        if (loaded == null) {
            var bytes = CheckedFile.read(disk, indexPath()).bytes();
            var summary = bytes == null ? null : SegmentSummary.decode(bytes, indexIntervalBytes);
            loaded = summary != null && summary.sizeBytes() == sizeBytes ? summary.index() : rebuildIndex();
            index = loaded;
        }
        return loaded;
    }

    private OffsetIndex rebuildIndex() {
        var rebuilt = new OffsetIndex(indexIntervalBytes);
        long newestMs = NO_TIMESTAMP;
        var cursor = new BatchCursor(file(), 0, sizeBytes);
        while (cursor.advance()) {
            var batch = cursor.batch();
            rebuilt.note((int) (batch.baseOffset() - baseOffset), (int) cursor.position(), newestMs);
            newestMs = Math.max(newestMs, batch.maxTimestampMs());
        }
        return rebuilt;
    }

    String path() {
        return folder + "/" + LogFiles.name(baseOffset, LogFiles.SEGMENT);
    }

    /** Writes a region at the end; {@link #note} each of its batches after that. */
    void append(ByteBuffer region) {
        file().append(region);
    }

    /** Takes in a batch that stands at the end of the file. */
    void note(BatchView batch) {
        index().note((int) (batch.baseOffset() - baseOffset), sizeBytes, maxTimestampMs);
        firstMs = sizeBytes == 0 ? timeOf(batch) : firstMs;
        if (batch.maxTimestampMs() > maxTimestampMs) {
            maxTimestampMs = batch.maxTimestampMs();
            maxTimestampOffset = batch.baseOffset();
        }
        nextOffset = batch.nextOffset();
        sizeBytes += batch.sizeBytes();
    }

    /** True when all of the region, not empty, still belongs here: by size, by time, and by what offsets are noted. */
    boolean fits(BatchRegion batches, LogConfig config) {
        if (sizeBytes == 0) {
            return true;
        }
        long lastOffset = baseOffset;
        long newestMs = NO_TIMESTAMP;
        for (var batch : batches) {
            lastOffset = batch.lastOffset();
            newestMs = Math.max(newestMs, timeOf(batch));
        }
        return (long) sizeBytes + batches.sizeBytes() <= config.segmentBytes()
                && lastOffset - baseOffset <= Integer.MAX_VALUE
                && !spans(config.segmentMs(), newestMs);
    }

    /**
     * A batch's newest record's time, or when it was appended where its records have none: the same on each replica.
     */
    private static long timeOf(BatchView batch) {
        return batch.maxTimestampMs() >= 0 ? batch.maxTimestampMs() : batch.appendTimeMs();
    }

    /** True when the first batch is more than so much older than a time. */
    private boolean spans(long limitMs, long newestMs) {
        if (firstMs == NO_TIMESTAMP) {
            var cursor = new BatchCursor(file(), 0, sizeBytes);
            firstMs = cursor.advance() ? timeOf(cursor.batch()) : newestMs;
        }
        return firstMs >= 0 && newestMs > firstMs && newestMs - firstMs > limitMs;
    }

    /** Cuts the file where a batch starts and forgets what was behind; timestamps are told again by the caller. */
    void cutAt(int position, long offset) {
        file().truncate(position);
        index = index().cutAt(position);
        sizeBytes = position;
        nextOffset = offset;
    }

    void resetNewest(long timestampMs, long offset) {
        maxTimestampMs = timestampMs;
        maxTimestampOffset = offset;
    }

    /** Drops what a failed append may have left behind the last whole batch. */
    void dropPartialAppend() {
        if (exists()) {
            file().truncate(sizeBytes);
        }
    }

    /** Forgets everything told about the content, before it is told anew. */
    void forget() {
        index = new OffsetIndex(indexIntervalBytes);
        sizeBytes = 0;
        nextOffset = baseOffset;
        resetNewest(NO_TIMESTAMP, -1);
    }

    /** Takes over what an index file told; of a finished segment the index itself is read again when it is needed. */
    void restore(SegmentSummary summary, boolean finished) {
        index = finished ? null : summary.index();
        firstMs = NO_TIMESTAMP;
        sizeBytes = summary.sizeBytes();
        nextOffset = summary.nextOffset();
        resetNewest(summary.maxTimestampMs(), summary.maxTimestampOffset());
    }

    SegmentSummary summary() {
        return new SegmentSummary(index(), sizeBytes, nextOffset, maxTimestampMs, maxTimestampOffset);
    }

    /** Bytes that the file has on disk, whole batches or not. */
    long fileBytes() {
        return file().size();
    }

    /** The open file; only for the log itself and for those who retained the segment. */
    synchronized DiskFile file() {
        if (holders == 0) {
            throw new DiskException(DiskException.Kind.CLOSED, disk.name() + "/" + path() + " is closed");
        }
        if (file == null) {
            file = disk.open(setAside ? asidePath() : path());
        }
        return file;
    }

    /** Keeps the file open until {@link #release}; false when it is closed already. */
    synchronized boolean retain() {
        if (holders == 0) {
            return false;
        }
        holders++;
        return true;
    }

    synchronized void release() {
        Invariant.check(holders > 0, "%s is released more often than retained", path());
        holders--;
        if (holders == 0 && file != null) {
            file.close();
            file = null;
        }
    }

    /** Removes the file and its index; readers that hold it read on. The log lets go of it. */
    void delete() {
        if (exists()) {
            disk.delete(path());
        }
        deleteIndexFile();
        release();
    }

    void deleteIndexFile() {
        String indexPath = indexPath();
        if (disk.exists(indexPath)) {
            disk.delete(indexPath);
        }
    }

    /** Gives the file a name that no log's has, once the log has let go; readers that hold it read on. */
    synchronized void setAside() {
        if (exists && !setAside) {
            disk.rename(path(), asidePath());
            setAside = true;
            deleteIndexFile();
        }
    }

    synchronized boolean isSetAside() {
        return setAside;
    }

    /** Deletes the file that was set aside; readers that hold it read on. */
    synchronized void deleteSetAside() {
        if (holders > 0) {
            var unused = file(); // who retained it may open it any time
        }
        disk.delete(asidePath());
        deleteIndexFile(); // a sync that was under way may have written it
    }

    private String asidePath() {
        return path() + LogFiles.GIVEN_UP;
    }

    /** Opens file and index, whose names will soon be another's; who holds it reads on. */
    synchronized void detach() {
        var unusedIndex = index();
        var unusedFile = file();
        replaced = true;
    }

    boolean isReplaced() {
        return replaced;
    }

    /** When its first batch is of; {@link #NO_TIMESTAMP} for an empty file. Reads the file. */
    long oldestMs() {
        var cursor = new BatchCursor(file(), 0, sizeBytes);
        return cursor.advance() ? timeOf(cursor.batch()) : NO_TIMESTAMP;
    }

    String indexPath() {
        return folder + "/" + LogFiles.name(baseOffset, LogFiles.INDEX);
    }

    @Override
    public String toString() {
        return path() + " [" + baseOffset + "," + nextOffset + ") " + sizeBytes + " bytes";
    }
}
