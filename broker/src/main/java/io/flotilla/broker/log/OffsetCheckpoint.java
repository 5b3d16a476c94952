package io.flotilla.broker.log;

import io.flotilla.model.id.PartitionId;
import io.flotilla.model.id.TopicId;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * What a directory remembers of its logs' offsets, in one file. Loops and the thread that checkpoints meet here: the
 * lock is held from reading the offsets until they are on disk, so that no older note overtakes a newer one.
 */
final class OffsetCheckpoint {
    static final String FILE = "offsets";

    private static final int ID_BYTES = 16;
    private static final int ENTRY_BYTES = ID_BYTES + Integer.BYTES + 3 * Long.BYTES;

    private final DirectoryFile file;

    /** Guarded by this: as on disk. */
    private final TreeMap<PartitionId, LogOffsets> offsets;

    private OffsetCheckpoint(DirectoryFile file, TreeMap<PartitionId, LogOffsets> offsets) {
        this.file = file;
        this.offsets = offsets;
    }

    /** A new directory's checkpoint, on disk when this returns. */
    static OffsetCheckpoint create(DirectoryFile file) {
        var checkpoint = new OffsetCheckpoint(file, new TreeMap<>());
        checkpoint.write();
        return checkpoint;
    }

    static OffsetCheckpoint read(DirectoryFile file) {
        var bytes = file.read();
        var offsets = new TreeMap<PartitionId, LogOffsets>();
        try {
            while (bytes.hasRemaining()) {
                var id = new byte[ID_BYTES];
                bytes.get(id);
                var partition = new PartitionId(TopicId.of(id), bytes.getInt());
                offsets.put(partition, new LogOffsets(bytes.getLong(), bytes.getLong(), bytes.getLong()));
            }
            return new OffsetCheckpoint(file, offsets);
        } catch (BufferUnderflowException e) {
            throw file.unreadable();
        }
    }

    synchronized LogOffsets of(PartitionId partition) {
        return offsets.getOrDefault(partition, LogOffsets.NONE);
    }

    /** Asks every log for its offsets and writes them, if any changed. */
    synchronized void update(Map<PartitionId, Supplier<LogOffsets>> logs) {
        boolean changed = false;
        for (var log : logs.entrySet()) {
            var now = log.getValue().get();
            changed |= !now.equals(offsets.put(log.getKey(), now));
        }
        if (changed) {
            write();
        }
    }

    /** Sees to it that the note claims no more than {@code limit}. */
    synchronized void lower(PartitionId partition, LogOffsets limit) {
        var noted = of(partition);
        if (noted.recoveryPoint() > limit.recoveryPoint() || noted.highWatermark() > limit.highWatermark()) {
            offsets.put(
                    partition,
                    new LogOffsets(
                            noted.logStart(),
                            Math.min(noted.recoveryPoint(), limit.recoveryPoint()),
                            Math.min(noted.highWatermark(), limit.highWatermark())));
            write();
        }
    }

    synchronized void replace(PartitionId partition, LogOffsets now) {
        if (!now.equals(offsets.put(partition, now))) {
            write();
        }
    }

    synchronized void forget(Collection<PartitionId> partitions) {
        if (offsets.keySet().removeAll(partitions)) {
            write();
        }
    }

    private void write() {
        var bytes = ByteBuffer.allocate(offsets.size() * ENTRY_BYTES);
        offsets.forEach((partition, noted) -> bytes.put(partition.topic().bytes())
                .putInt(partition.partition())
                .putLong(noted.logStart())
                .putLong(noted.recoveryPoint())
                .putLong(noted.highWatermark()));
        file.replace(bytes.flip());
    }
}
